"""An employer asks; the post ends in the register; the answer has changed, with its reason, and no job has run."""

import re
from datetime import timedelta

import pytest

from certificates.actions import withhold
from certificates.models import Check
from cohorts.employment.actions import end_post
from lms.kit import clock, codes
from tests.certificates import scene

pytestmark = pytest.mark.django_db
ISSUED = scene.TODAY


def ask(client, number, surname, on=""):
    """The page of the answer, through the form."""
    asked = client.post(
        "/check/", {"number": number, "surname": surname, "on": on, "purpose": "work"}
    )
    assert asked.status_code == 302, asked.content.decode()
    return client.get(asked["Location"]).content.decode()


def test_the_answer_follows_the_register(client):
    held = scene.certified("Siân", "O’Brien", nations=("england", "wales"))
    employer, hub = scene.contact(), scene.hub_officer()
    scene.sign_in(client, employer)
    with clock.at(ISSUED + timedelta(days=30)):
        # Number as on the certificate, name as typed in a hurry.
        page = ask(client, held.number.lower().replace("-", " "), "OBRIEN")
        for words in (
            "Accredited",
            "England",
            "Wales",
            "Wednesday 19 August 2026",
            "Receipt number",
            "not a statutory registration",
        ):
            assert words in page
        assert codes.read(Check.objects.get().receipt, "Q", 11) in page

        # The Hub hears that the post ended yesterday.
        yesterday = clock.today() - timedelta(days=1)
        end_post(held.register_line.employment, yesterday, by=hub, reason="She has moved on.")
        page = ask(client, held.number, "O'Brien")
        assert (
            "Between posts" in page
            and "The post on the employment register ended on Tuesday 18 August 2026." in page
        )
        assert (
            "Harbour House" not in page
            and "moved on" not in page
            and "They may not act as an IMSA now." in page
        )

        # The last day still counts, and the earlier answer is still there under its receipt.
        assert "Accredited" in ask(client, held.number, "O'Brien", yesterday.isoformat())
        first = Check.objects.order_by("pk").first()
        assert "Accredited" in client.get(f"/check/answers/{first.receipt}/").content.decode()

        # Her employer no longer has her among its people; she sees who asked.
        assert "O’Brien" not in client.get("/employer/").content.decode()
        scene.sign_in(client, held.enrolment.person)
        seen = client.get("/certificates/checks/").content.decode()
        assert seen.count("Harbour House") == 3 and "Between posts" in seen

    # Longer than the grace: lapsed, and still nothing has run.
    with clock.at(ISSUED + timedelta(days=30 + 366)):
        client.logout()
        assert "Lapsed" in ask(client, held.number, "O'Brien")


def test_nobody_can_tell_unknown_from_misnamed_from_withheld(client):
    known, hidden = scene.certified("Júlia", "Tomás"), scene.certified("Linh", "Nguyễn")
    with clock.at(ISSUED + timedelta(days=1)):
        withhold(hidden.enrolment.person, "For safety.", by=scene.hub_officer())
        unknown = codes.numbered("C", 424_242)
        pages = []
        for number, surname in (
            (unknown, "Tomas"),
            (known.number, "Other"),
            (hidden.number, "Nguyen"),
        ):
            page = ask(client, number, surname)
            own = [number, surname, Check.objects.order_by("pk").last().receipt]
            page = re.sub("|".join(map(re.escape, own)), "", re.sub(r"\d\d:\d\d", "", page))
            pages.append(page)
        assert pages[0] == pages[1] == pages[2] and "Not found" in pages[0]
