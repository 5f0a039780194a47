"""One officer alone does not take over a holder's account, and an address that is in use stays."""

from datetime import timedelta

import pytest

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.address_changes import approve, ask, confirm
from lms.people.models import AddressChange, Mail, Notice, Role
from lms.record.models import Entry

from . import scene

pytestmark = pytest.mark.django_db
NEW = "new@test.example"


@pytest.fixture(autouse=True)
def today():
    with clock.at(scene.TODAY):
        yield


@pytest.mark.both_engines
def test_another_address_of_a_holder_waits_for_a_second_officer(client):
    holder, first = scene.certified().enrolment.person, scene.hub_officer()
    second = scene.person("Rita", "Registrarson", Role.REGISTRAR)
    made = ask(holder, NEW, by=first)
    assert not hasattr(made, "secret") and not Mail.objects.filter(to=NEW).exists()
    assert Notice.objects.filter(person=second, subject__contains="second officer").count() == 1
    with pytest.raises(NotAllowed, match="another"):
        approve(made, by=first)
    assert AddressChange.objects.get().approved_at is None
    url = f"/people/{holder.pk}/address/"
    assert "Approve and send" not in scene.sign_in(client, first).get(url).content.decode()
    client = scene.sign_in(client, second)
    assert "Approve and send" in client.get(url).content.decode()
    ask(holder, "other@test.example", by=first)
    page = client.post(f"{url}approve/", {"change": made.pk}, follow=True).content.decode()
    assert "the request you saw has ended" in page
    assert not AddressChange.objects.exclude(approved_at=None).exists(), "nobody saw the other one"
    with clock.at(clock.now() + timedelta(days=15)):
        assert "Approve and send" not in client.get(url).content.decode()
    made = ask(holder, NEW, by=first)
    client.post(f"{url}approve/", {"change": made.pk})
    assert Mail.objects.filter(to=NEW).count() == 1
    AddressChange.objects.all().delete()
    made = approve(ask(holder, NEW, by=first), by=second)
    assert approve(made, by=second).pk == made.pk
    confirm(made.secret)
    holder.refresh_from_db()
    assert holder.email == NEW
    after = Entry.objects.get(action="people.change_address").after
    assert after == {"asked_by": f"person:{first.pk}", "approved_by": f"person:{second.pk}"}


def test_an_address_that_the_register_names_as_line_manager_stays():
    held, trainee = scene.certified(), scene.enrol(scene.person("Tom", "Trainee"))
    line = scene.employ(trainee.person, scene.organisation("OTHER", "Lanternby Advocacy"))
    line.pk, line.number, line.line_manager = None, 2, held.enrolment.person.email.upper()
    line.save(force_insert=True)
    with pytest.raises(Refused, match="line manager"):
        ask(held.enrolment.person, NEW, by=scene.hub_officer())
    assert not AddressChange.objects.exists()
