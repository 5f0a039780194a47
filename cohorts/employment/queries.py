"""What officers wrote about a post or an enrolment, and who did."""

from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.people.models import User
from lms.record.actions import thing_label

from .models import Employment, Remark


def entries_called(references):
    """Entries of exactly these references, capitals aside; by an index. A QuerySet."""
    wanted = {reference.upper() for reference in references}
    return Employment.objects.annotate(called=Upper("reference")).filter(called__in=wanted)


def posts_of_address(email):
    """Entries of whoever has exactly this address, capitals aside; by an index. A QuerySet."""
    people = User.objects.annotate(address=Lower("email")).filter(address=email.lower())
    return Employment.objects.filter(person__in=people)


PROGRAMS = {
    "token": gettext_lazy("The organisation’s own system"),
    "hubkey": gettext_lazy("A program of the Hub"),
}


def names_of_actors(labels) -> dict[str, str]:
    """Names for record labels: “person:12” is a person, anything else a command at the server."""
    keys = {int(label.partition(":")[2]) for label in labels if label.startswith("person:")}
    names = (
        {f"person:{p.pk}": p.full_name for p in User.objects.filter(pk__in=keys)} if keys else {}
    )
    return {
        label: names.get(
            label,
            PROGRAMS.get(label.partition(":")[0], _("The server’s command line")),
        )
        for label in labels
    }


def remarks_on(thing) -> list[Remark]:
    """What officers wrote about an enrolment or a post, newest first, each with `who`. Two queries."""
    remarks = list(Remark.objects.filter(about=thing_label(thing)))
    names = names_of_actors({remark.written_by for remark in remarks})
    for remark in remarks:
        remark.who = names[remark.written_by]  # type: ignore[attr-defined]
    return remarks
