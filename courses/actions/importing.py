"""What an author brings from a file: looked at first and kept aside, then added to a draft; never published from here."""

import contextlib
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.models import Page, Revision

from lms.kit import clock, files
from lms.kit.refusals import May, Refused, insist, no
from lms.record.actions import write

from .. import rules
from ..authoring.reviewers import is_taught
from ..authoring.validation import LONGEST
from ..importing import ImportResult

FOLDER, SALT = "imports-of-courses", "courses.importing"
HOUR = 3600  # seconds in which what was looked at can be added
KEPT_FOR = timedelta(days=1)  # after that a look is swept away; the author still has the file
IN_REVIEW = gettext_noop(
    "This page is in review, and its words stay as they are until the review is over. Nothing was added."
)
LOCKED = gettext_noop(
    "Someone has locked this page in the editor. Nothing was added. Ask them to open it again."
)
TOO_MUCH = gettext_noop(
    "With these blocks the page would hold more than %(longest)s characters. Divide the file, or choose another page."
)


class Elsewhere(Refused):
    """The page has a newer draft than the one that was looked at; nothing was added."""


class TooOld(Refused):
    """The look is over, or its file was swept away; the file has to be chosen again."""


@dataclass(frozen=True)
class ImportPreview:
    """What a file would add to a page, as it was kept aside. `revision`: the page's draft when somebody looked."""

    person_id: int
    page_id: int
    revision: int | None
    path: str
    name: str
    blocks: list[dict]
    losses: list[str]
    sha256: str

    def token(self) -> str:
        """What a browser may hold of it: nothing it could change."""
        said = {
            "person": self.person_id,
            "page": self.page_id,
            "revision": self.revision,
            "path": self.path,
        }
        return signing.dumps(said, salt=SALT)


def may_import(person, page) -> May:
    """An author, into a page of the course that the editor lets them change."""
    may = rules.may_publish(person)
    if not may:
        return may
    if not is_taught(page):
        return no(_("Only units take blocks from a file."))
    if not page.permissions_for_user(person).can_edit():
        return no(_("The editor does not let you change this page."))
    return may


def insist_open(page, person):
    """Raise Refused while the page's words have to stay as they are."""
    if page.workflow_in_progress:
        raise Refused(_(IN_REVIEW))
    if page.permissions_for_user(person).page_locked():
        raise Refused(_(LOCKED))


def make_preview(page, name: str, content: bytes, result: ImportResult, *, by) -> ImportPreview:
    """Keep aside what a file would add to a page. 1. old looks are swept away, 2. the vetted blocks are kept; no page
    and no row is written. Raises Refused where the page cannot take them."""
    insist(may_import(by, page))
    insist_open(page, by)
    if len(json.dumps([*raw(draft_of(page)), *result.blocks], ensure_ascii=False)) > LONGEST:
        raise Refused(_(TOO_MUCH) % {"longest": f"{LONGEST:,}"})
    sweep()
    stored: dict = {
        "name": name,
        "blocks": result.blocks,
        "left": result.losses,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    path = files.keep(
        json.dumps(stored, ensure_ascii=False).encode("utf-8", "surrogatepass"), FOLDER, "json"
    )
    return _preview_of(by.pk, page.pk, page.latest_revision_id, path, stored)


def open_preview(token: str, *, by) -> ImportPreview | None:
    """What this person looked at; None for a token that is not theirs or not ours. Raises TooOld."""
    try:
        preview = signing.loads(token, salt=SALT, max_age=HOUR)
    except signing.SignatureExpired:
        raise TooOld(
            _(
                "You looked at this file more than an hour ago, and nothing was added. Choose it again."
            )
        ) from None
    except signing.BadSignature:
        return None
    if preview["person"] != by.pk:
        return None
    try:
        stored = json.loads(files.read(preview["path"]).decode("utf-8", "surrogatepass"))
    except FileNotFoundError:
        raise TooOld(
            _("What you looked at is no longer kept, and nothing was added. Choose the file again.")
        ) from None
    return _preview_of(by.pk, preview["page"], preview["revision"], preview["path"], stored)


def _preview_of(person_id, page_id, revision, path, stored) -> ImportPreview:
    return ImportPreview(
        person_id,
        page_id,
        revision,
        path,
        stored["name"],
        stored["blocks"],
        stored["left"],
        stored["sha256"],
    )


@transaction.atomic
def add_to_draft(preview: ImportPreview, *, by) -> Revision:
    """Append what was looked at to the page's newest draft.

    1. a new draft, never published, 2. the record is written. Pressed twice it is added once: a draft that holds one of
    these blocks holds what was added. Raises Elsewhere where somebody saved the page since the look.
    """
    locked = Page.objects.select_for_update(no_key=True).get(pk=preview.page_id)
    page = locked.specific
    insist(may_import(by, page))
    draft = draft_of(page)
    if is_in(preview, draft):
        return page.get_latest_revision()
    insist_open(page, by)
    if page.latest_revision_id != preview.revision:
        raise Elsewhere(
            _(
                "Someone saved this page since you looked, so nothing was added. Look again, then add."
            )
        )
    with_blocks(draft, preview)
    revision = draft.save_revision(user=by, log_action=True, clean=False)
    write(
        "courses.import_blocks",
        page,
        by=by,
        after={"revision": revision.pk, "blocks": len(preview.blocks), "file": preview.sha256},
    )
    return revision


# ---- the draft ----


def draft_of(page):
    return page.get_latest_revision_as_object()


def raw(draft) -> list[dict]:
    return list(draft.body.get_prep_value())


def with_blocks(draft, preview):
    """The draft with the new blocks at its end; not saved."""
    draft.body = json.dumps([*raw(draft), *preview.blocks])
    return draft


def is_in(preview, draft) -> bool:
    return bool(
        {block["id"] for block in preview.blocks} & {block.get("id") for block in raw(draft)}
    )


def sweep():
    oldest = (clock.now() - KEPT_FOR).timestamp()
    for old in Path(settings.PRIVATE_ROOT, FOLDER).glob("*/*"):
        with contextlib.suppress(OSError):  # somebody else swept it
            if old.stat().st_mtime < oldest:
                old.unlink()
