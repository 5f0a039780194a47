"""A trainee in Scotland reads her way along, the text changes under her, and a consultant has a say."""

import re
from datetime import date

import pytest
from django.test import Client

from courses.actions import open_plan, publish_version
from courses.models import Module, Programme, Study, Suggestion, Unit, Variant
from courses.queries import counts, next_unit, outstanding, path
from courses.rendering.units import Drawn
from lms.kit import clock, nations
from lms.people.actions import admit, grant
from lms.people.middleware import DEMONSTRATION_KEY
from lms.people.models import Notice, Role
from lms.people.roles import Operator
from lms.record.checking import check

OPERATOR = Operator("journey")
TEXTS = {
    "england-wales": ["england", "wales"],
    "scotland": ["scotland"],
    "northern-ireland": ["northern_ireland"],
}
pytestmark = pytest.mark.django_db


def person(name, role):
    found = admit(by=OPERATOR, email=f"{name.lower()}@imsa.example", first_name=name)
    grant(found, role, by=OPERATOR, starts_on=date(2025, 9, 1))
    inside = Client()
    inside.force_login(found)
    session = inside.session
    session[DEMONSTRATION_KEY] = True
    session.save()
    return found, inside


def page(inside, address):
    response = inside.get(address, follow=True)
    assert response.status_code == 200, address
    return " ".join(response.content.decode().split())


def press(inside, shown):
    """Press “I have studied this unit” on the page as it was shown."""
    action = re.search(r'action="(/study/[^"]+/studied/)"', shown)[1]
    version = re.search(r'name="version" value="(\d+)"', shown)[1]
    response = inside.post(action, {"version": version}, follow=True)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def publish(code, key, words):
    variant = Variant.objects.get(unit__code=code, key=key)
    return publish_version(variant, Drawn(title=f"Unit {code}", html=words), by=OPERATOR)


def test_learn():
    programme = Programme.objects.create(code="PGC", title="The certificate", credits=60)
    module = Module.objects.create(
        programme=programme, code="M1", title="Law and rights", credits=20, order=1
    )
    for order, (code, texts) in enumerate({"U1": {"all": nations.ALL}, "LAW": TEXTS}.items()):
        unit = Unit.objects.create(module=module, code=code, title=f"Unit {code}", order=order)
        for key, codes in texts.items():
            Variant.objects.create(unit=unit, key=key, nations=codes)
            publish(code, key, f"<p>{code} as it stands for {key}.</p>")
    mairi, trainee = person("Mairi", Role.LEARNER)
    tutor, teacher = person("Agnes", Role.TUTOR)
    linh, consultant = person("Linh", Role.SURVIVOR_CONSULTANT)
    open_plan(mairi, programme, ["scotland"], by=OPERATOR, opened_on=date(2025, 9, 1))

    # She sees the units of her nation, in order, and what is next.
    outline = page(trainee, "/study/modules/M1/")
    assert (
        "0 of 2 units" in outline
        and "/study/units/LAW/scotland/" in outline
        and "northern-ireland" not in outline
    )
    first = page(trainee, "/study/units/U1/")
    assert "U1 as it stands for all" in first

    # Between her reading and her pressing, the authors publish again. What she read is what is kept.
    publish("U1", "all", "<p>U1, put right.</p>")
    with clock.at(date(2026, 3, 2)):
        after = press(trainee, first)
    assert (
        "You studied version 1 of this unit on Monday 2 March 2026" in after
        and "This is version 2" in after
    )
    assert Study.objects.get().version.number == 1
    assert str(counts(path(mairi))) == "1 of 2 units" and next_unit(mairi).unit.code == "LAW"
    assert "/study/units/LAW/scotland/" in after

    # The law of her nation, and no other.
    law = page(trainee, "/study/units/LAW/")
    assert "LAW as it stands for scotland" in law
    assert trainee.get("/study/units/LAW/england-wales/").status_code == 404
    with clock.at(date(2026, 3, 9)):
        press(trainee, law)
        press(trainee, law)
    assert Study.objects.count() == 2 and next_unit(mairi) is None
    assert "You have studied every unit on your path" in page(trainee, "/study/units/LAW/")

    # What a nation endorsement rests on, then and now.
    assert [v.unit.code for v in outstanding(mairi, programme, "scotland", date(2026, 3, 8))] == [
        "LAW"
    ]
    assert outstanding(mairi, programme, "scotland") == []
    assert outstanding(mairi, programme, "wales") != []

    # A consultant reads the same page and has a say; a tutor answers; she is told.
    unit = page(consultant, "/study/units/U1/")
    assert "I have studied this unit" not in unit and "/consult/units/U1/all/" in unit
    consultant.post("/consult/units/U1/all/", {"text": "Begin with the person."})
    suggestion = Suggestion.objects.get()
    assert Notice.objects.filter(person=tutor).count() == 1
    assert "Begin with the person." in page(teacher, "/suggestions/")
    teacher.post(f"/suggestions/{suggestion.pk}/", {"action": "take_up", "answer": "It will."})
    assert "It will." in page(consultant, "/consult/") and "Taken up" in page(
        consultant, "/consult/"
    )
    assert Notice.objects.filter(person=linh).count() == 1
    assert check()["whole"]
