"""A unit that asks everything, and what a device sends of it."""

import uuid

from courses.actions import publish_version
from courses.models import Unit, Variant
from courses.rendering.units import RenderedUnit
from courses.states import Need
from lms.kit import nations

QUESTION = {
    "kind": "check",
    "id": "q1",
    "key": "q1",
    "style": "choice",
    "text": "Which one?",
    "why": "",
    "options": [
        {"text": "This", "right": True, "why": "Yes."},
        {"text": "That", "right": False, "why": "No."},
    ],
}
STORY = {
    "kind": "check",
    "id": "s1",
    "key": "s1",
    "style": "scenario",
    "text": "It begins.",
    "why": "",
    "steps": [
        {
            "key": "a",
            "text": "First?",
            "choices": [
                {"text": "Ask her", "goes": "b", "right": True, "why": "Good."},
                {"text": "Ring them", "goes": "", "right": False, "why": "Not yet."},
            ],
        },
        {
            "key": "b",
            "text": "Then?",
            "choices": [
                {"text": "Wait", "goes": "", "right": True, "why": "Good."},
                {"text": "Go", "goes": "a", "why": "Hm."},
            ],
        },
    ],
}
PARTS = [
    {"kind": "html", "id": "t1", "html": "<p>What the law says.</p>"},
    QUESTION,
    STORY,
    {"kind": "activity", "id": "a1", "title": "Ring round", "html": "<p>Do it.</p>"},
    {"kind": "poll", "id": "v1", "question": "Yes?", "options": ["Yes", "No"]},
    {"kind": "reflection", "id": "r1", "prompt": "What will you do?"},
]


def drawn(title="Unit", parts=PARTS):
    return RenderedUnit(title=title, html="<p>What the law says.</p>", parts=parts)


def make_asking(module, by):
    """A published unit that asks: two checks, an activity, a poll, a reflection."""
    unit = Unit.objects.create(
        module=module, code="ASK", title="Asking", order=1, needs=[Need.READ, Need.CHECK]
    )
    variant = Variant.objects.create(unit=unit, key="all", nations=nations.ALL)
    publish_version(variant, drawn(), by=by)
    return variant.versions.get()


def thing(kind, version, **more):
    return {
        "token": str(uuid.uuid4()),
        "kind": kind,
        "version": version.pk,
        "at": "2026-11-21T10:00:00.000Z",
        **more,
    }


def right(version):
    return thing("check", version, part="q1", fields={"given": ["0"]})
