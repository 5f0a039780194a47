"""Who may bring files, and which can be written."""

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from lms.kit.refusals import YES, May, no
from lms.people.models import Role
from lms.people.roles import may_act_as

from .states import ImportState


def may_bring_files(by) -> May:
    return may_act_as(by, Role.REGISTRAR, Role.HUB_OFFICER)


def most_rows() -> int:
    """How many rows a file may have. It is written in one transaction, and on SQLite everybody else waits for that."""
    return settings.IMSA_IMPORT_ROWS[connection.vendor]


def may_be_written(import_) -> May:
    """Can this file be written as it was checked?"""
    if import_.state == ImportState.DROPPED:
        return no(_("This file was dropped. Bring it again to write it."))
    refused = import_.counts.get("refused", 0)
    if refused:
        return no(
            _(
                "%(refused)s of %(count)s rows cannot be written, so none is. Mend the file and bring it again."
            )
            % {"refused": refused, "count": sum(import_.counts.values())}
        )
    return YES
