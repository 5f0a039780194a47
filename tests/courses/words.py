"""A unit that asks its reader to write, and what a refusal must leave as it was."""

from courses.actions import publish_version
from courses.models import ReaderNote, Unit, Variant
from courses.rendering.units import RenderedUnit
from lms.kit import nations
from lms.people.models import Notice
from lms.record.models import Entry

THOUGHT = "I would ask her first what she wants, and wait for the answer."
SECRET = "I rang Amina Hassan on 07700 900123."
PARTS = [
    {"kind": "html", "id": "t1", "html": "<p>An advocate has no power but persuasion.</p>"},
    {"kind": "reflection", "id": "r1", "prompt": "What would you do first?"},
    {"kind": "reflection", "id": "r2", "prompt": "And then?"},
]


def unit_that_asks(module, by):
    """A version with a text and two prompts."""
    unit = Unit.objects.create(module=module, code="U1", title="Consent", order=1)
    variant = Variant.objects.create(unit=unit, key="all", nations=nations.ALL)
    html = "<p>An advocate has no power but persuasion.</p>"
    return publish_version(variant, RenderedUnit(title="Consent", html=html, parts=PARTS), by=by)


def kept():
    """Everything that a refusal must leave as it was."""
    rows = ReaderNote.objects.order_by("pk").values_list(
        "pk", "text", "quote", "edition", "shared_with", "reply"
    )
    return list(rows), Entry.objects.count(), Notice.objects.count()
