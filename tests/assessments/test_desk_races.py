"""Two pages of one marker at once: nothing is doubled, and what is sealed is what was there."""

import threading

import pytest
from django.db import connection

from assessments.marking.actions.interests import declare_interest
from assessments.marking.actions.places import annotate
from assessments.marking.actions.snippets import keep_snippet
from assessments.marking.models import Allocation, DeclaredInterest, Snippet
from lms.kit import clock
from lms.kit.refusals import Refused

from .scene import DAY, Scene, seal
from .test_submissions import together

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]


def pressed(*presses):
    """Each press at the same moment; the names of those that were refused."""
    gate, refused = threading.Barrier(len(presses)), []

    def press(name):
        with clock.at(DAY):
            gate.wait()
            try:
                dict(presses)[name]()
            except Refused:
                refused.append(name)
        connection.close()

    together(press, *(name for name, _act in presses))
    return refused


def test_a_comment_and_the_seal_at_once():
    with clock.at(DAY):
        scene = Scene()
        task = scene.allocate(scene.hand_in())[0]
        annotate(task, 1, "Early.", by=scene.agnes)
    one, two = (Allocation.objects.select_related("submission").get(pk=task.pk) for _ in "12")
    refused = pressed(
        ("comment", lambda: annotate(one, 1, "Late.", by=scene.agnes)),
        ("seal", lambda: seal(two, 60)),
    )
    task.refresh_from_db()
    texts = [remark["text"] for remark in task.remarks]
    assert task.state == "sealed" and refused in ([], ["comment"])
    assert texts == (["Early."] if refused else ["Early.", "Late."])


def test_the_same_words_from_two_pages_at_once_are_kept_once():
    with clock.at(DAY):
        scene = Scene()
    refused = pressed(
        *((name, lambda: keep_snippet("Name the Act.", by=scene.agnes)) for name in "ab")
    )
    refused += pressed(
        *((name, lambda: declare_interest(by=scene.agnes, reference="REF-1")) for name in "ab")
    )
    assert not refused and Snippet.objects.count() == DeclaredInterest.objects.count() == 1
