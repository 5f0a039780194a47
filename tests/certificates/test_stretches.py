"""The derived stretches say what the judgement says, for everybody and every day, and follow whatever changes it."""

import json
import random
import sqlite3
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from certificates.accreditation.eligibility import why_not
from certificates.accreditation.facts import (
    Certified,
    Decision,
    Enrolled,
    Facts,
    Post,
    Renewed,
    Rescinded,
    Temporary,
    TopUp,
    Unit,
    months_after,
    with_last,
)
from certificates.accreditation.rule_book import RuleBook, Rules
from certificates.accreditation.standing import DAY, turning_days, verdict
from certificates.accreditation.stretches import AGAIN, BLOCKED, READY, issue_spans, standing_spans
from certificates.actions.standing_tables import CHANGES_EVERYBODY, CHANGES_NOBODY, PEOPLE_OF
from certificates.actions.stretches import (
    compare,
    keep_stretches,
    people_of,
    rebuild,
    refresh,
)
from certificates.models import Stretch, StretchBasis
from certificates.queries import load_facts, to_issue_again
from cohorts.employment.actions import end_post
from cohorts.employment.models import Employment
from lms.people.roles import Operator
from lms.record.sequencer import sequence_all

from . import scene

NATIONS = ("england", "wales", "scotland", "northern_ireland")


def code_on(rows, day):
    found = [row.code for row in rows if row.from_day <= day <= row.until_day]
    assert len(found) <= 1, f"two stretches on {day}"
    return found[0] if found else ""


def days_of(facts, book, rng, extra=8):
    turns = turning_days(facts, book)
    some = [min(turns) + timedelta(rng.randrange(-40, 3000)) for _ in range(extra)]
    return sorted({*turns, *(d - DAY for d in turns), *some})


def test_every_table_of_assessments_says_whose_standing_it_changes():
    """One that nothing is said of has everybody judged again at each action."""
    tables = {model._meta.label_lower for model in apps.get_app_config("assessments").get_models()}
    assert not tables - set(PEOPLE_OF) - CHANGES_EVERYBODY - CHANGES_NOBODY


def test_what_goes_after_years_has_nobody_judged_again():
    assert people_of(["people.notice", "people.recovery", "people.user"]) == set()


# ---- people at random ----


def somebody(rng) -> Facts:
    """Facts of a life that the pages would hardly allow: everything may overlap everything."""
    start = date(2025, 1, 1)

    def day(most=1800):
        return start + timedelta(rng.randrange(most))

    def some():
        return tuple(rng.sample(NATIONS, rng.randint(1, 3)))

    def enrolled(key):
        began = day(700)
        award = began + timedelta(rng.randrange(200, 500)) if rng.random() < 0.8 else None
        made = []
        while award and rng.random() < 0.6 and len(made) < 3:
            issued = (made[-1].issued_on if made else award) + timedelta(rng.randrange(0, 300))
            made.append(
                Certified(
                    f"IMSA-{key}-{len(made)}",
                    issued,
                    some(),
                    months_after(issued, rng.choice((12, 36))),
                )
            )
        rescinded = (
            [
                Rescinded(
                    made[-1].issued_on + timedelta(rng.randrange(300)),
                    rng.choice((None, day(2500))),
                )
            ]
            if made and rng.random() < 0.15
            else []
        )
        units = {
            n: (
                Unit(
                    "A unit",
                    rng.choice((None, began + timedelta(rng.randrange(300)))),
                    began - timedelta(30),
                ),
            )
            for n in NATIONS
        }
        return Enrolled(
            began,
            began + timedelta(rng.randrange(100, 900)) if rng.random() < 0.2 else None,
            rng.choice((some(), made[-1].nations if made else some())),
            rng.choice((None, began + timedelta(250))),
            award,
            tuple(made),
            key,
            units,
            tuple(rescinded),
        )

    posts = tuple(
        sorted(
            (
                Post(
                    rng.randrange(3),
                    "Harbour House",
                    some(),
                    begun := day(),
                    rng.choice((None, begun + timedelta(rng.randrange(700)))),
                    NATIONS,
                )
                for _ in range(rng.randrange(4))
            ),
            key=lambda p: p.starts_on,
        )
    )
    enrolments = tuple(
        sorted((enrolled(key) for key in range(1, rng.choice((2, 2, 3)))), key=lambda e: e.from_day)
    )
    sanctions = tuple(
        Decision(
            from_day := day(),
            rng.choice(("conditions", "suspended", "restored", "withdrawn")),
            "Words.",
            rng.choice((None, from_day + timedelta(60))),
        )
        for _ in range(rng.choice((0, 0, 1, 2)))
    )
    ends = [c.valid_until for e in enrolments for c in e.certificates]
    renewals = tuple(
        Renewed(
            asked := end - timedelta(rng.randrange(200)),
            decided := rng.choice((None, asked + timedelta(rng.randrange(300)))),
            months_after(end, 36) if decided and rng.random() < 0.7 else None,
            end,
            rng.choice((None, 6)),
        )
        for end in ends
        if rng.random() < 0.4
    )
    return Facts(
        "Ann Example",
        enrolments,
        posts,
        {
            n: (
                (start - timedelta(100), "approved"),
                *(((day(), "suspended"),) if rng.random() < 0.2 else ()),
            )
            for n in range(3)
        },
        sanctions,
        (),
        tuple(
            TopUp(
                "Law",
                some(),
                sent := day(),
                sent + timedelta(60),
                rng.choice((None, sent + timedelta(rng.randrange(120)))),
            )
            for _ in range(rng.choice((0, 0, 1)))
        ),
        renewals,
        tuple(
            Temporary(some(), from_day := day(), from_day + timedelta(90))
            for _ in range(rng.choice((0, 0, 1)))
        ),
    )


def test_two_thousand_people_at_random_stand_as_judged():
    book, rng, seen = (
        RuleBook(((date.min, Rules()), (date(2027, 1, 1), Rules(grace_months=3)))),
        random.Random(20261128),
        set(),
    )
    for n in range(2000):
        facts = somebody(rng)
        rows = standing_spans(facts, book)
        assert rows and rows[-1].until_day == date.max
        assert all(a.until_day + DAY == b.from_day for a, b in zip(rows, rows[1:], strict=False))
        for day in days_of(facts, book, rng):
            code = verdict(day, facts, book).code
            assert (code_on(rows, day) or "not_found") == code, (n, day)
            seen.add(code)
        held = facts.enrolments[-1]
        waiting = issue_spans(facts, book, held.key, ("Ann", "Example"), ("Ann", "Example"))
        for day in days_of(facts, book, rng, 4):
            is_open = (
                held.award_on
                and not any(r.is_in_force(day) for r in held.rescissions)
                and (
                    not held.certificates
                    or list(held.certificates[-1].nations) != list(held.nations)
                )
            )
            expected = (
                ""
                if not is_open
                else BLOCKED
                if why_not(with_last(facts, held.key), day)
                else READY
            )
            assert code_on(waiting, day).replace(AGAIN, "") == expected, (n, day)
    assert len(seen) >= 13, f"only {seen}: too tame to prove anything"


# ---- following what changes them ----


@pytest.fixture
def many(monkeypatch, time_machine):
    """As where there are more people than a look brings up to date: the worker alone keeps the stretches."""
    time_machine.move_to(scene.at(scene.TODAY), tick=False)
    monkeypatch.setattr("certificates.actions.stretches.FEW", 0)


def standing_of(who):
    return code_on(list(Stretch.objects.filter(person=who, subject="standing")), scene.TODAY)


@pytest.mark.django_db
@pytest.mark.both_engines
def test_the_worker_follows_the_record_and_only_whom_it_concerns(many):
    ann, ben = (
        scene.certified(*name).enrolment.person for name in (("Ann", "Ash"), ("Ben", "Beech"))
    )
    sequence_all()
    keep_stretches()
    assert standing_of(ann) == standing_of(ben) == "accredited"
    untouched = set(Stretch.objects.filter(person=ben).values_list("pk", flat=True))
    end_post(
        Employment.objects.get(person=ann),
        scene.TODAY - DAY,
        by=Operator("test"),
        reason="It ended.",
    )
    assert standing_of(ann) == "accredited"  # nobody has looked yet
    sequence_all()
    assert keep_stretches()["refreshed"] == 1
    assert standing_of(ann) == "between_posts"
    assert set(Stretch.objects.filter(person=ben).values_list("pk", flat=True)) == untouched
    assert keep_stretches() == {"followed": 0, "refreshed": 0, "compared": 0}


@pytest.mark.django_db
def test_what_differs_is_found_each_day_and_put_right(many, time_machine, caplog):
    ann, ben = (
        scene.certified(*name).enrolment.person for name in (("Ann", "Ash"), ("Ben", "Beech"))
    )
    rebuild()
    assert not caplog.records
    Stretch.objects.filter(person=ann).update(code="suspended")
    scene.sanctioned(ben.enrolments.get(), "suspended")  # by no action that the record knows
    assert compare() == 0  # once a day
    time_machine.shift(timedelta(days=1))
    assert compare() == 2
    assert standing_of(ann) == "accredited" and standing_of(ben) == "suspended"
    assert "2 people had other stretches" in caplog.text


@pytest.mark.django_db
def test_a_action_that_comes_while_somebody_is_judged_leaves_them_stale(many, monkeypatch):
    ann = scene.certified("Ann", "Ash").enrolment.person
    keep_stretches()
    from certificates.actions import stretches

    judged = stretches.rows_for

    def slowly(gathered, key):
        StretchBasis.objects.filter(person=ann).update(touches=99, is_stale=True)
        return judged(gathered, key)

    StretchBasis.objects.update(is_stale=True)
    monkeypatch.setattr(stretches, "rows_for", slowly)
    refresh([ann.pk])
    assert StretchBasis.objects.get(person=ann).is_stale
    monkeypatch.setattr(stretches, "rows_for", judged)
    keep_stretches()
    assert not StretchBasis.objects.get(person=ann).is_stale


@pytest.mark.django_db
def test_emptied_at_any_moment_they_are_made_again_and_no_check_misses_them(many):
    ann = scene.certified("Ann", "Ash").enrolment.person
    rebuild()
    before = set(
        Stretch.objects.values_list("person_id", "subject", "from_day", "until_day", "code")
    )
    Stretch.objects.all().delete()
    StretchBasis.objects.all().delete()
    assert (
        verdict(scene.TODAY, load_facts([ann.pk]).facts[ann.pk], load_facts([ann.pk]).book).code
        == "accredited"
    )
    rebuild()
    assert (
        set(Stretch.objects.values_list("person_id", "subject", "from_day", "until_day", "code"))
        == before
    )


@pytest.mark.django_db
def test_a_certificate_that_says_less_is_due_again(many):
    ann = scene.certified("Ann", "Ash").enrolment.person
    rebuild()
    assert not Stretch.objects.filter(code=AGAIN).exists() and to_issue_again() == []
    ann.last_name = "Oak"
    ann.save(update_fields=["last_name"])
    refresh([ann.pk])
    due = Stretch.objects.filter(code=AGAIN, from_day__lte=scene.TODAY, until_day__gte=scene.TODAY)
    assert (
        [row.enrolment_id for row in due]
        == [a.certificate.enrolment_id for a in to_issue_again()]
        == [ann.enrolments.get().pk]
    )


@pytest.mark.django_db
def test_the_command_makes_them_anew(many, capsys):
    scene.certified("Ann", "Ash")
    call_command("rebuild_stretches")
    assert json.loads(capsys.readouterr().out) == {
        "people": 1,
        "stretches": Stretch.objects.count(),
    }
    assert Stretch.objects.filter(subject="standing", code="accredited").exists()


@pytest.mark.django_db(transaction=True)
def test_a_list_is_shown_while_somebody_else_writes(client, time_machine):
    """SQLite has one writer: whoever only looks does not wait for it."""
    if connection.vendor != "sqlite":
        return
    time_machine.move_to(scene.at(scene.TODAY), tick=False)
    scene.certified("Ann", "Ash")
    scene.sign_in(client, scene.hub_officer())
    assert "Everyone (1)" in client.get("/hub/people/").content.decode()
    scene.certified("Ben", "Beech")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert "Everyone (1)" in client.get("/hub/people/").content.decode()
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert "Everyone (2)" in client.get("/hub/people/").content.decode()
