"""An organisation begins or ends work in a nation: two officers, a preview that is true, and past days as they were."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from certificates.accreditation.standing import verdict
from certificates.actions import (
    confirm_decision,
    drop_decision,
    look_at_standings,
    propose_decision,
)
from certificates.actions.stretches import keep_stretches
from certificates.queries import facts_and_rules_of
from certificates.queries.previews import preview
from cohorts.approvals.actions import change_nations
from cohorts.organisations.models import Organisation, OrganisationNations
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.record.sequencer import sequence_all

from . import scene
from .scene import TODAY

DAY = timedelta(days=1)
NOW = TODAY + 10 * DAY
ALL = ["england", "wales", "scotland", "northern_ireland"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def held(db):
    made = scene.certified(nations=("england", "scotland"))
    with clock.at(NOW):
        look_at_standings()
        yield made


def propose(nations, by=None, reason="They begin elsewhere."):
    where = scene.organisation()
    return propose_decision(
        "nations",
        {"nations": nations, "was": list(where.nations)},
        clock.today(),
        reason,
        by=by or scene.hub_officer(),
        organisation=where,
    )


def stood(held, day):
    found = verdict(day, *facts_and_rules_of(held.enrolment))
    return found.code, set(found.nations)


def test_from_the_day_of_confirming_and_past_days_stay(held):
    proposal = propose(["scotland"])
    assert stood(held, NOW) == ("accredited", {"england", "scotland"})
    with clock.at(NOW + 3 * DAY):
        confirm_decision(proposal, by=scene.hub_officer())
        assert stood(held, clock.today()) == ("accredited", {"scotland"})
        assert stood(held, NOW + 2 * DAY) == ("accredited", {"england", "scotland"})
    with clock.at(NOW + 9 * DAY):
        confirm_decision(propose(ALL), by=scene.hub_officer())
        assert stood(held, clock.today()) == ("accredited", {"england", "scotland"})
        assert stood(held, NOW + 5 * DAY) == ("accredited", {"scotland"})
        assert stood(held, NOW) == ("accredited", {"england", "scotland"})
    assert OrganisationNations.objects.count() == 3


def test_the_preview_names_who_changes_and_is_what_happens(held):
    learner = scene.person("Łukasz", "Wójcik", Role.LEARNER)
    scene.enrol(learner)
    scene.employ(learner)
    elsewhere = scene.person("Elin", "Berg", Role.LEARNER)
    scene.employ(elsewhere, scene.organisation("OTHER", "Other House"))
    proposal = propose(["wales"])
    found = preview("nations", proposal.terms, NOW, organisation=scene.organisation())
    changes = [(t.who, t.before.code, t.after.code, t.on_day) for t in found.changes]
    person = held.enrolment.person_id
    assert changes[0] == (person, "accredited", "between_posts", NOW)
    assert {change[0] for change in changes} == {person} and changes[1][2] == "lapsed"
    assert found.unchanged == (learner.pk,)
    confirm_decision(proposal, by=scene.hub_officer())
    assert stood(held, NOW)[0] == "between_posts"


def test_the_person_and_their_employer_are_told_once(held):
    who = scene.contact()
    confirm_decision(propose(["wales"]), by=scene.hub_officer())
    person = Notice.objects.filter(person=held.enrolment.person)
    assert person.order_by("pk").last().subject == "You may not act as an IMSA today"
    employer = Notice.objects.filter(person=who)
    subjects = list(employer.order_by("pk").values_list("subject", flat=True))
    assert "The nations of your organisation were changed" in subjects
    assert "One of your people may not act as an IMSA" in subjects
    counts = person.count(), employer.count()
    assert look_at_standings() == 0 and (person.count(), employer.count()) == counts


def test_stretches_are_made_anew(held):
    from certificates.models import Stretch

    sequence_all()
    keep_stretches()
    confirm_decision(propose(["wales"]), by=scene.hub_officer())
    sequence_all()
    keep_stretches()
    rows = Stretch.objects.filter(
        subject="standing", person=held.enrolment.person, from_day__lte=NOW
    ).order_by("from_day")
    assert rows.last().code == "between_posts"


class TestRefusals:
    def test_nobody_confirms_their_own(self, held):
        officer = scene.hub_officer()
        proposal = propose(["wales"], by=officer)
        with pytest.raises(NotAllowed):
            confirm_decision(proposal, by=officer)
        assert scene.organisation().nations == ALL and not OrganisationNations.objects.exists()

    def test_nor_does_anyone_of_the_organisation_propose(self, held):
        officer = scene.hub_officer()
        scene.employ(officer)
        with pytest.raises(NotAllowed):
            propose(["wales"], by=officer)

    @pytest.mark.parametrize(("nations", "reason"), [(ALL, "Why."), ([], "Why."), (["wales"], " ")])
    def test_what_cannot_be_is_refused_when_proposed(self, held, nations, reason):
        with pytest.raises(Refused):
            propose(nations, reason=reason)
        assert scene.organisation().nations == ALL and not OrganisationNations.objects.exists()

    def test_dropped_nothing_changes_and_a_second_waits_for_the_first(self, held):
        proposal = propose(["wales"])
        with pytest.raises(Refused):
            propose(["scotland"])
        drop_decision(proposal, "A mistake.", by=scene.hub_officer())
        assert scene.organisation().nations == ALL
        assert propose(["scotland"]).pk

    @pytest.mark.both_engines
    def test_a_line_is_never_changed_and_the_same_again_adds_none(self, held):
        where = scene.organisation()
        for _n in range(2):
            change_nations(where, ["wales"], "Why.", by=scene.hub_officer())
        assert OrganisationNations.objects.count() == 2
        with pytest.raises(DatabaseError), transaction.atomic():
            OrganisationNations.objects.update(nations=["scotland"])


def test_by_the_pages_from_the_room_to_the_second_officer(held):
    where = Organisation.objects.get()
    client = scene.sign_in(Client(), scene.hub_officer())
    url = f"/hub/organisations/{where.code}/"
    same = client.post(f"{url}nations/", {"nations-nations": ALL, "nations-reason": "Typed."})
    assert same.status_code == 200 and "Typed." in same.content.decode()
    sent = {"nations-nations": ["wales"], "nations-reason": "They left England."}
    assert client.post(f"{url}nations/", sent).url == "/hub/decisions/check/"
    answer = scene.press(client, "/hub/decisions/check/")
    second = scene.sign_in(Client(), scene.hub_officer())
    shown = second.get(answer.url).content.decode()
    assert "Between posts" in shown and "England, Wales, Scotland and Northern Ireland" in shown
    seen = re.search(r'name="seen" value="(\w+)"', shown)[1]
    second.post(answer.url, {"action": "confirm", "seen": seen})
    assert second.get(url).context["nations_then"] == ["wales"]
    page = second.get(f"{url}history/")
    assert "They left England." in (page.content.decode())
    before = second.get(f"{url}?day={NOW - DAY}")
    assert before.context["nations_then"] == ALL
