"""The use cases of docs/standings.md, by their numbers: what happens, and what somebody who asks is told on which day.

Each is lived day by day through the actions, and asked through the public check with number and family name.
"""

import re
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from certificates.accreditation.rule_book import Rules
from certificates.actions import (
    add_rules,
    answer_check,
    ask_renewal,
    confirm,
    confirm_peer_discussion,
    give_temporary_accreditation,
    grant_renewal,
    issue,
    issue_again,
    keep_entry,
    lift_withholding,
    prepare_renewal,
    propose,
    refuse_renewal,
    reply,
    withhold,
    work_under,
)
from certificates.actions import checks as asking
from certificates.models import Certificate, Check
from certificates.queries import the_book
from cohorts.enrolment.actions import change_nations
from cohorts.enrolment.models import Enrolment
from courses.models import LawChange, Provision, TopUp, TopUpDue
from lms.kit import clock
from lms.kit.refusals import Refused
from lms.people.actions import rename
from lms.people.models import Role

from . import scene

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ENGLAND, SCOTLAND, BOTH = ("England",), ("Scotland",), ("England", "Scotland")
NONE = ()


@pytest.fixture(autouse=True)
def own_ground(settings):
    asking._kept_decoys["until"] = 0
    settings.IMSA_RULES = {**settings.IMSA_RULES, "audit_percent": 0}


def told(held, day, surname="Llewellyn", number=None, organisation=None, by=None):
    """(the standing, its nations) that somebody who asks on that day is told."""
    with clock.at(day):
        answer = answer_check(
            number or held.number,
            surname,
            organisation=organisation,
            by=by,
            purpose="work" if organisation else "",
        ).answer
        return answer["code"], tuple(answer["nations"])


def on(day):
    return clock.at(day)


def starting(nations=("england", "scotland"), post=("england", "scotland")):
    """Somebody in training since 15 September 2025, in a post, who has studied what their nations ask."""
    person = scene.person("Siân", "Llewellyn", Role.LEARNER)
    enrolment = scene.enrol(person, nations)
    scene.study(person, nations)
    scene.employ(person, nations=post)
    return enrolment


def holder(nations=("england", "scotland")) -> Certificate:
    """A certificate of Monday 20 July 2026, valid until Thursday 19 July 2029."""
    return scene.certified(nations=nations)


def line_of(held):
    return held.enrolment.person.employments.get().lines.latest("number")


def complete(enrolment):
    Enrolment.objects.filter(pk=enrolment.pk).update(state="completed")
    enrolment.refresh_from_db()


def ask_to_renew(held, day):
    person = held.enrolment.person
    with on(day):
        for n in range(3):
            entry = keep_entry(
                person,
                {
                    "on_day": day - n * DAY,
                    "minutes": 20 * 60,
                    "what": f"Course {n}",
                    "learnt": "Something.",
                },
                by=person,
            )
        entry.peer = scene.person("Pia", "Peer")
        entry.save()
        confirm_peer_discussion(entry, "We talked.", by=entry.peer)
        prepare_renewal(person, "What I did.", True, by=person)
        return ask_renewal(person, by=person)


def law_changes(person, nations, sent, counts_from):
    law = Provision.objects.first() or Provision.objects.create(
        key="a-duty",
        act="An Act",
        section="s.1",
        jurisdictions=["scotland"],
        title="A duty",
        summary="A duty.",
        commencement="in_force",
        source="https://example.org/",
        as_at=sent,
        review_by=sent + 365 * DAY,
    )
    change = LawChange.objects.create(
        provision=law, words="It changed.", was={}, now={}, effective_on=sent
    )
    top_up = TopUp.objects.create(
        change=change,
        title="The new duty",
        nations=list(nations),
        counts_from=counts_from,
        sent_at=scene.at(sent),
    )
    return TopUpDue.objects.create(top_up=top_up, person=person, sent_at=scene.at(sent))


# ---- towards the certificate ----


def test_01_on_time():
    """Begins on 15 September 2025; work in on 3 June, award on 15 July, certificate on 20 July 2026."""
    enrolment = starting()
    person = enrolment.person
    scene.hand_in(enrolment, date(2026, 6, 3))
    scene.award(enrolment, date(2026, 7, 15))
    with on(date(2026, 7, 20)):
        held = issue(enrolment, by=scene.registrar())
    number = person.imsa_number
    assert [
        told(held, day, number=number)
        for day in (
            date(2025, 9, 14),
            date(2025, 9, 15),
            date(2026, 6, 2),
            date(2026, 6, 3),
            date(2026, 7, 15),
            date(2026, 7, 20),
        )
    ] == [
        ("not_found", NONE),
        ("in_training", NONE),
        ("in_training", NONE),
        ("awaiting_award", NONE),
        ("eligible", NONE),
        ("accredited", BOTH),
    ]
    assert told(held, date(2029, 7, 19)) == ("accredited", BOTH) and told(
        held, date(2029, 7, 20)
    ) == ("lapsed", NONE)


def test_02_late():
    """An extension: the last work comes in on 11 October, the autumn board meets on 25 November 2026."""
    enrolment = starting()
    scene.hand_in(enrolment, date(2026, 10, 11))
    with on(date(2026, 10, 12)), pytest.raises(Refused, match="award"):
        issue(enrolment, by=scene.registrar())
    scene.award(enrolment, date(2026, 11, 25))
    with on(date(2026, 11, 27)):
        held = issue(enrolment, by=scene.registrar())
    number = enrolment.person.imsa_number
    assert [
        told(held, day, number=number)
        for day in (date(2026, 10, 10), date(2026, 10, 11), date(2026, 11, 25), date(2026, 11, 27))
    ] == [
        ("in_training", NONE),
        ("awaiting_award", NONE),
        ("eligible", NONE),
        ("accredited", BOTH),
    ]
    assert told(held, date(2029, 11, 26)) == ("accredited", BOTH) and told(
        held, date(2029, 11, 27)
    ) == ("lapsed", NONE)


def test_03_leaves_before_the_end():
    """Leaves the programme on 2 March 2026."""
    enrolment = starting()
    with on(date(2026, 1, 5)):
        number = scene_number(enrolment.person)
    Enrolment.objects.filter(pk=enrolment.pk).update(state="left", left_on=date(2026, 3, 2))
    assert told(None, date(2026, 3, 1), number=number)[0] == "in_training"
    assert told(None, date(2026, 3, 3), number=number)[0] == "not_found"


def scene_number(person):
    from lms.people.actions import give_number

    return give_number(person, by=scene.registrar())


def test_04_may_act_before_the_certificate():
    """The Hub lets somebody act in Scotland from 1 June to 31 July 2026; the certificate of 20 July replaces that."""
    enrolment = starting()
    with on(date(2026, 5, 29)):
        number = scene_number(enrolment.person)
        give_temporary_accreditation(
            enrolment,
            ["scotland"],
            date(2026, 6, 1),
            date(2026, 7, 31),
            "The only advocate in the north.",
            by=scene.hub_officer(),
        )
    scene.hand_in(enrolment, date(2026, 6, 3))
    scene.award(enrolment, date(2026, 7, 15))
    days = date(2026, 5, 31), date(2026, 6, 1), date(2026, 7, 19)
    assert [told(None, day, number=number) for day in days] == [
        ("in_training", NONE),
        ("temporarily_accredited", SCOTLAND),
        ("temporarily_accredited", SCOTLAND),
    ]
    with on(date(2026, 7, 20)):
        held = issue(enrolment, by=scene.registrar())
    assert told(held, date(2026, 7, 20)) == ("accredited", BOTH)


# ---- posts ----


def test_05_a_gap_between_two_posts():
    """The post ends on 14 November 2026; the next, elsewhere, begins on 1 March 2027."""
    held = holder()
    with on(date(2026, 11, 10)):
        scene.end(line_of(held), date(2026, 11, 14))
    with on(date(2027, 2, 20)):
        scene.employ(
            held.enrolment.person,
            scene.organisation("QUAY", "Quay Centre"),
            ("scotland",),
            date(2027, 3, 1),
        )
    assert [
        told(held, day)
        for day in (date(2026, 11, 14), date(2026, 11, 15), date(2027, 2, 28), date(2027, 3, 1))
    ] == [
        ("accredited", BOTH),
        ("between_posts", NONE),
        ("between_posts", NONE),
        ("accredited", SCOTLAND),
    ]


def test_06_a_gap_longer_than_the_grace():
    """The same post ends; the next begins on 1 December 2027, after twelve months. The Hub restores from 10 January 2028."""
    held = holder()
    scene.end(line_of(held), date(2026, 11, 14))
    scene.employ(
        held.enrolment.person,
        scene.organisation("QUAY", "Quay Centre"),
        ("england",),
        date(2027, 12, 1),
    )
    assert told(held, date(2027, 11, 14)) == ("between_posts", NONE) and told(
        held, date(2027, 11, 15)
    ) == ("lapsed", NONE)
    assert told(held, date(2027, 12, 1)) == ("lapsed", NONE), "a new post does not mend it"
    with on(date(2028, 1, 10)):
        scene.sanctioned(held.enrolment, "restored", date(2028, 1, 10))
    assert told(held, date(2028, 1, 10)) == ("accredited", ENGLAND)


def test_07_two_part_time_posts():
    """Half a week in England and half in Scotland; the post in England ends on 30 September 2026."""
    person = scene.person("Siân", "Llewellyn", Role.LEARNER)
    enrolment = scene.enrol(person, ("england", "scotland"))
    scene.study(person, ("england", "scotland"))
    scene.hand_in(enrolment)
    scene.award(enrolment)
    here = scene.employ(person, nations=("england",))
    scene.employ(person, scene.organisation("QUAY", "Quay Centre"), ("scotland",))
    with on(scene.TODAY):
        held = issue(enrolment, by=scene.registrar())
    scene.end(here, date(2026, 9, 30))
    assert [told(held, day) for day in (date(2026, 9, 30), date(2026, 10, 1))] == [
        ("accredited", BOTH),
        ("accredited", SCOTLAND),
    ]


def test_08_a_post_reported_late():
    """On 2 December 2026 the register hears that the post ended on 14 November. Receipts keep what was said; the day is answered anew."""
    held = holder()
    with on(date(2026, 11, 20)):
        before = answer_check(held.number, "Llewellyn")
    with on(date(2026, 12, 2)):
        scene.end(line_of(held), date(2026, 11, 14))
        again = answer_check(held.number, "Llewellyn", on=date(2026, 11, 20))
    assert again.answer["code"] == "between_posts"
    assert Check.objects.get(pk=before.pk).answer["code"] == "accredited"


# ---- nations and law ----


def test_09_a_nation_is_added():
    """England from 20 July 2026. Scotland's law is studied by 5 October, the post covers both, a wider certificate comes on 12 October."""
    person = scene.person("Siân", "Llewellyn", Role.LEARNER)
    enrolment = scene.enrol(person, ("england",))
    scene.study(person, ("england",))
    scene.hand_in(enrolment)
    scene.award(enrolment)
    scene.employ(person, nations=("england", "scotland"))
    with on(scene.TODAY):
        first = issue(enrolment, by=scene.registrar())
    complete(enrolment)
    with on(date(2026, 9, 1)):
        change_nations(enrolment, ["england", "scotland"], by=scene.registrar())
    with on(date(2026, 9, 2)), pytest.raises(Refused, match="Scotland"):
        issue(enrolment, by=scene.registrar())
    scene.study(person, ("scotland",))
    with on(date(2026, 10, 12)):
        wider = issue(enrolment, by=scene.registrar())
    assert wider.supersedes == first and wider.valid_until == first.valid_until
    assert [told(first, day) for day in (date(2026, 10, 11), date(2026, 10, 12))] == [
        ("accredited", ENGLAND),
        ("accredited", BOTH),
    ]
    assert told(wider, date(2026, 10, 12)) == ("accredited", BOTH)


def test_10_a_law_top_up_overdue():
    """Scots law changes: a text is sent on 1 September and counts from 1 October 2026. It is read on 5 October."""
    held = holder()
    due = law_changes(held.enrolment.person, ("scotland",), date(2026, 9, 1), date(2026, 10, 1))
    assert [told(held, day) for day in (date(2026, 9, 30), date(2026, 10, 1))] == [
        ("accredited", BOTH),
        ("accredited", ENGLAND),
    ]
    TopUpDue.objects.filter(pk=due.pk).update(done_at=scene.at(date(2026, 10, 5)))
    assert told(held, date(2026, 10, 5)) == ("accredited", BOTH)


def test_11_a_top_up_for_the_only_nation():
    """The same in England, for somebody with England alone: nobody may act until it is read."""
    held = holder(("england",))
    due = law_changes(held.enrolment.person, ("england",), date(2026, 9, 1), date(2026, 10, 1))
    assert told(held, date(2026, 10, 1)) == ("top_up_due", NONE)
    TopUpDue.objects.filter(pk=due.pk).update(done_at=scene.at(date(2026, 10, 5)))
    assert told(held, date(2026, 10, 5)) == ("accredited", ENGLAND)


# ---- decisions of the Hub ----


def test_12_a_suspension_is_lifted():
    """One officer proposes to suspend from 5 October 2026, as an interim step; a second confirms. It is lifted on 1 December."""
    held, first, second = holder(), scene.hub_officer(), scene.hub_officer()
    with on(date(2026, 10, 5)):
        proposed = propose(
            held.enrolment,
            "suspended",
            date(2026, 10, 5),
            by=first,
            reason="A colleague's report.",
            grounds="We look into a report.",
            is_interim=True,
        )
        assert told(held, date(2026, 10, 5)) == ("accredited", BOTH), (
            "one officer alone decides nothing"
        )
        confirm(proposed, by=second)
    with on(date(2026, 10, 9)):
        reply(proposed, "I was on leave that day.", by=held.enrolment.person)
    assert told(held, date(2026, 10, 5)) == ("suspended", NONE)
    with on(date(2026, 12, 1)):
        scene.sanctioned(held.enrolment, "restored", date(2026, 12, 1))
    assert [told(held, day) for day in (date(2026, 11, 30), date(2026, 12, 1))] == [
        ("suspended", NONE),
        ("accredited", BOTH),
    ]


def test_13_lifted_with_conditions_until_a_day():
    """Suspended from 5 October; from 1 December conditions until 28 February 2027, after which nothing stands over it."""
    held = holder()
    with on(date(2026, 10, 5)):
        scene.sanctioned(held.enrolment, "suspended", date(2026, 10, 5))
    with on(date(2026, 11, 28)):
        scene.sanctioned(held.enrolment, "restored", date(2026, 12, 1))
    with on(date(2026, 12, 1)):
        scene.sanctioned(
            held.enrolment,
            "conditions",
            date(2026, 12, 1),
            words="Works only with monthly supervision.",
            until=date(2027, 2, 28),
        )
    assert [
        told(held, day)
        for day in (date(2026, 11, 30), date(2026, 12, 1), date(2027, 2, 28), date(2027, 3, 1))
    ] == [
        ("suspended", NONE),
        ("accredited_with_conditions", BOTH),
        ("accredited_with_conditions", BOTH),
        ("accredited", BOTH),
    ]


def test_14_withdrawn_after_an_answer():
    """Withdrawal is proposed on 1 September; the person answers; a second officer confirms it for 20 September 2026."""
    held, first, second = holder(), scene.hub_officer(), scene.hub_officer()
    with on(date(2026, 9, 1)):
        proposed = propose(
            held.enrolment,
            "withdrawn",
            date(2026, 9, 20),
            by=first,
            reason="Dishonesty.",
            grounds="You signed for visits that did not take place.",
        )
        with pytest.raises(Refused, match="15 September 2026"):
            confirm(proposed, by=second)
    with on(date(2026, 9, 10)):
        reply(proposed, "I dispute it.", by=held.enrolment.person)
        confirm(proposed, by=second)
    assert [told(held, day) for day in (date(2026, 9, 19), date(2026, 9, 20))] == [
        ("accredited", BOTH),
        ("withdrawn", NONE),
    ]
    with on(date(2026, 9, 20)):
        said = answer_check(held.number, "Llewellyn").answer
    assert "Dishonesty" not in str(said) and "visits" not in str(said)


def test_15_the_organisation_is_withdrawn():
    """The approval of Harbour House ends on 1 November 2026, with both its people; one of them has another post."""
    harbour, quay = scene.organisation(), scene.organisation("QUAY", "Quay Centre")
    one, other = holder(), scene.certified("Ada", "Okafor", nations=("england", "scotland"))
    scene.employ(other.enrolment.person, quay, ("scotland",))
    scene.decide(harbour, "ended", date(2026, 11, 1))
    assert told(one, date(2026, 10, 31)) == ("accredited", BOTH) and told(
        one, date(2026, 11, 1)
    ) == ("between_posts", NONE)
    assert told(other, date(2026, 11, 1), "Okafor") == ("accredited", SCOTLAND)
    with on(date(2026, 11, 1)):
        assert "Harbour" not in str(answer_check(one.number, "Llewellyn").answer), (
            "the public is not told where someone works"
        )


def test_16_an_approval_is_suspended_for_a_time():
    """From 5 October to 30 November 2026."""
    held = holder()
    scene.decide(scene.organisation(), "suspended", date(2026, 10, 5))
    scene.decide(scene.organisation(), "approved", date(2026, 12, 1))
    assert [
        told(held, day)[0]
        for day in (date(2026, 10, 4), date(2026, 10, 5), date(2026, 11, 30), date(2026, 12, 1))
    ] == [
        "accredited",
        "between_posts",
        "between_posts",
        "accredited",
    ]


# ---- names and safety ----


def test_17_the_name_changes():
    """Siân Llewellyn becomes Siân Price on 1 October 2026; the certificate is issued again on 5 October."""
    held = holder()
    person = held.enrolment.person
    with on(date(2026, 10, 1)):
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Price")
    with on(date(2026, 10, 5)):
        new = issue_again(Enrolment.objects.get(pk=held.enrolment_id), "name", by=scene.registrar())
    later = date(2026, 10, 6)
    assert new.facts["name"] == "Siân Price" and "Llewellyn" not in str(new.facts)
    assert told(new, later, "Price") == ("accredited", BOTH) and told(held, later, "Price") == (
        "accredited",
        BOTH,
    )
    assert told(new, later, "Llewellyn")[0] == "not_found", (
        "the new number never leads to the former name"
    )
    assert told(held, later, "Llewellyn") == ("accredited", BOTH), (
        "who has the old paper can still ask with what it says"
    )
    with on(later):
        assert "Price" not in str(answer_check(held.number, "Llewellyn").answer)


def test_18_works_under_another_name():
    """From 1 September 2026 the check asks for the name she works under, and no longer for the one on file."""
    held = holder()
    number = held.enrolment.person.imsa_number
    assert told(held, date(2026, 8, 31), number=number)[0] == "accredited"
    with on(date(2026, 9, 1)):
        work_under(held.enrolment.person, "Hardy", by=scene.hub_officer())
    assert told(held, date(2026, 9, 1), "Hardy", number=number)[0] == "accredited"
    assert told(held, date(2026, 9, 1), number=number)[0] == "not_found"


def test_19_an_entry_is_withheld():
    """Somebody looks for her: the Hub withholds the entry from 1 September to 30 November 2026. Approved organisations ask the Hub."""
    held, officer, gareth = holder(), scene.hub_officer(), scene.contact()
    with on(date(2026, 9, 1)):
        withhold(held.enrolment.person, "At risk.", by=officer, mode="hub")
    assert told(held, date(2026, 9, 1))[0] == "not_found"
    assert (
        told(held, date(2026, 9, 1), organisation=scene.organisation(), by=gareth)[0]
        == "ask_the_hub"
    )
    with on(date(2026, 9, 1)):
        assert (
            answer_check(held.number, "Llewellyn", on=date(2026, 8, 1)).answer["code"]
            == "not_found"
        ), "not for an earlier day either"
    with on(date(2026, 12, 1)):
        lift_withholding(
            held.enrolment.person, "She moved away.", by=officer, proposed_by=scene.hub_officer()
        )
    assert told(held, date(2026, 12, 2)) == ("accredited", BOTH)


# ---- renewing ----


def test_20_renewed_on_time():
    """Asked for on 1 March 2029, granted on 1 May: the new term follows the old one."""
    held = holder()
    renewal = ask_to_renew(held, date(2029, 3, 1))
    with on(date(2029, 5, 1)):
        grant_renewal(renewal, by=scene.hub_officer())
    assert [
        told(held, day)
        for day in (date(2029, 7, 19), date(2029, 7, 20), date(2032, 7, 19), date(2032, 7, 20))
    ] == [
        ("accredited", BOTH),
        ("accredited", BOTH),
        ("accredited", BOTH),
        ("lapsed", NONE),
    ]


def test_21_renewal_in_progress():
    """Asked for on 10 July 2029 and not decided at the end of the term: it goes on for three months, and says so."""
    held = holder()
    renewal = ask_to_renew(held, date(2029, 7, 10))
    assert [
        told(held, day)
        for day in (date(2029, 7, 19), date(2029, 7, 20), date(2029, 10, 19), date(2029, 10, 20))
    ] == [
        ("accredited", BOTH),
        ("renewal_in_progress", BOTH),
        ("renewal_in_progress", BOTH),
        ("lapsed", NONE),
    ]
    with on(date(2029, 9, 1)):
        grant_renewal(renewal, by=scene.hub_officer())
    assert told(held, date(2029, 10, 20)) == ("accredited", BOTH)


def test_22_a_renewal_is_refused():
    """The same, refused on 1 September 2029: it has lapsed since the day after its term."""
    held = holder()
    renewal = ask_to_renew(held, date(2029, 7, 10))
    with on(date(2029, 9, 1)):
        refuse_renewal(renewal, "The log names no law.", by=scene.hub_officer())
    assert told(held, date(2029, 8, 31)) == ("renewal_in_progress", BOTH) and told(
        held, date(2029, 9, 1)
    ) == ("lapsed", NONE)


def test_23_the_rules_change():
    """From 1 January 2027 a certificate is valid for two years, and the grace is six months. What was decided before keeps its rules."""
    held = holder()
    with on(date(2026, 12, 1)):
        add_rules(
            Rules(**{**asdict(the_book().on(date(2026, 12, 1))), "years": 2, "grace_months": 6}),
            date(2027, 1, 1),
            "Decided.",
            by=scene.hub_officer(),
        )
    with on(date(2027, 2, 1)):
        later = issue(scene.ready("Ada", "Okafor"), by=scene.registrar())
    assert held.valid_until == date(2029, 7, 19) and later.valid_until == date(2029, 1, 31)
    scene.end(line_of(held), date(2026, 12, 31))
    scene.end(line_of(later), date(2027, 2, 14))
    assert told(held, date(2027, 6, 30)) == ("between_posts", NONE) and told(
        held, date(2027, 7, 1)
    ) == ("lapsed", NONE)
    assert told(later, date(2027, 8, 14), "Okafor") == ("between_posts", NONE) and told(
        later, date(2027, 8, 15), "Okafor"
    ) == ("lapsed", NONE)


def test_every_case_stands_in_the_document():
    """Under its number, once."""
    listed = re.findall(
        r"^\| (\d\d) \|", (Path(__file__).parents[2] / "docs" / "standings.md").read_text(), re.M
    )
    written = re.findall(r"^def test_(\d\d)_", Path(__file__).read_text(), re.M)
    assert listed == written == [f"{n:02}" for n in range(1, len(written) + 1)]
