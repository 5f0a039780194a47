"""Two people mark one script without knowing whose it is; a third is called when they cannot agree by rule."""

import re

import pytest
from django.test import Client

from assessments.taking.models import Submission
from lms.kit import clock

from ..assessments.scene import DAY, Scene, sign_in


def give_out(registrar, script, **places):
    return registrar.post(
        "/registry/allocation/",
        {f"{place}-{script}": someone.pk for place, someone in places.items()} | {"script": script},
        follow=True,
    )


def mark(client, script, mark, comment="Clear, and sourced."):
    marks = {"mark-law": mark, "mark-role": mark, "comment": comment}
    assert (
        client.post(f"/marking/{script}/", {**marks, "action": "check"})["Location"]
        == f"/marking/{script}/seal/"
    )
    assert f"{mark} of 100" in client.get(f"/marking/{script}/seal/").content.decode()
    return client.post(f"/marking/{script}/seal/", marks, follow=True).content.decode()


@pytest.mark.django_db
def test_two_markers_and_a_third():
    with clock.at(DAY):
        scene = Scene()
        script = scene.hand_in().script
        registrar, agnes, tomasz, helen, trainee = (
            sign_in(Client(), p)
            for p in (scene.registrar, scene.agnes, scene.tomasz, scene.helen, scene.author)
        )

        page = registrar.get("/registry/allocation/").content.decode()
        assert script in page and "Quuxington" not in page
        assert (
            "1 script is with markers now."
            in give_out(registrar, script, first=scene.agnes, second=scene.tomasz).content.decode()
        )

        queue = agnes.get("/marking/").content.decode()
        assert (
            "1 script, about 40 minutes" in queue
            and script in queue
            and "Monday 14 December 2026" in queue
        )
        file = agnes.get(f"/marking/{script}/file/")
        assert (
            file["Content-Disposition"] == f'attachment; filename="{script}.pdf"'
            and b"McProperty" not in file.getvalue()
        )

        assert "waiting for the other marker" in mark(agnes, script, 48)
        assert not re.search(
            r"\b48\b", tomasz.get(f"/marking/{script}/").content.decode().split("<main")[1]
        )
        after = mark(tomasz, script, 63)
        assert "How this mark was reached" in after and "48" in after and "63" in after
        assert (
            "a third marker, because the first two marks were too far apart"
            in trainee.get("/my-work/T1-ESSAY/").content.decode()
        )

        page = registrar.get("/registry/allocation/").content.decode()
        assert "48" in page and "63" in page
        refusal = give_out(registrar, script, third=scene.agnes).content.decode()
        assert "marks script" in refusal and Submission.objects.get().allocations.count() == 2
        give_out(registrar, script, third=scene.helen)
        assert not re.search(
            r"\b48\b", helen.get(f"/marking/{script}/").content.decode().split("<main")[1]
        )
        after = mark(helen, script, 57)
        assert "The middle one of 48, 57 and 63." in after

        assert "57" not in trainee.get("/my-work/T1-ESSAY/").content.decode().split("<main")[1]
        page = registrar.get("/registry/release/").content.decode()
        (url,) = re.findall(r"/registry/release/[^/]+/T1-ESSAY/", page)
        registrar.post(url, {"seen": registrar.get(url).context["seen"]})
        shown = trainee.get("/my-work/T1-ESSAY/").content.decode()
        assert "57 of 100, provisional" in shown and "Clear, and sourced." in shown
        for name in ("Agnes", "Tomasz", "Helen"):
            assert name not in shown
        assert Submission.objects.get().state == "agreed"
