"""Before a post is changed its page shows how the holder would stand; and the register's answer agrees with a reading of its lines day by day."""

from datetime import date, timedelta

import pytest

from certificates.accreditation.standing import verdict
from certificates.queries import facts_and_rules_of
from certificates.queries.post_previews import effect_of_post
from cohorts.approvals.actions import change_nations
from cohorts.employment.actions import end_post
from cohorts.employment.entering import change_post, enter_post, void_post
from cohorts.employment.models import EmploymentLine
from lms.kit import clock

from . import scene

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def on_a_day():
    with clock.at(scene.at(TODAY)):
        yield


def shown(rows):
    return [(r["on_day"], r["until"], str(r["before"].label), str(r["after"].label)) for r in rows]


def really(person, days):
    facts, book = facts_and_rules_of(person)
    return [(d, verdict(d, facts, book).code, verdict(d, facts, book).nations) for d in days]


DAYS = [scene.TODAY + timedelta(n) for n in range(-330, 430, 3)]


def supposed(line, **changes):
    where = line.organisation
    return {
        "organisation_id": where.pk,
        "organisation_name": where.name,
        "organisation_nations": where.nations,
        "approvals": [(a.from_day, a.action) for a in where.approvals.all()],
        "nations": line.nations,
        "starts_on": line.starts_on,
        "ends_on": line.ends_on,
    } | changes


@pytest.mark.parametrize("what", ["end", "void", "nations", "second"])
def test_what_the_page_shows_is_what_then_happens(what):
    officer = scene.hub_officer()
    holder = scene.certified("A", "Holder", ("england",)).enrolment.person
    line = EmploymentLine.objects.get(employment__person=holder)
    before = really(holder, DAYS)
    last = date(2026, 11, 14)
    if what == "second":
        end_post(line.employment, last, by=officer, reason="x")
        before = really(holder, DAYS)
        other = scene.organisation("MILL", "Mill House")
        rows = effect_of_post(
            holder.pk,
            None,
            supposed(
                line,
                organisation_id=other.pk,
                organisation_name=other.name,
                organisation_nations=other.nations,
                starts_on=date(2027, 1, 1),
                approvals=[(a.from_day, a.action) for a in other.approvals.all()],
            ),
        )
        enter_post(
            holder,
            other,
            by=officer,
            post="Advocate",
            nations=["england"],
            starts_on=date(2027, 1, 1),
        )
    elif what == "end":
        rows = effect_of_post(holder.pk, line.pk, supposed(line, ends_on=last))
        end_post(line.employment, last, by=officer, reason="x")
    elif what == "void":
        rows = effect_of_post(holder.pk, line.pk, None)
        void_post(line.employment, by=officer, reason="x")
    else:
        rows = effect_of_post(holder.pk, line.pk, supposed(line, nations=["wales"]))
        change_post(line.employment, by=officer, reason="x", nations=["wales"])
    after = really(holder, DAYS)
    differ = [a[0] for a, b in zip(before, after, strict=True) if a != b]
    assert rows and differ
    for day, (_d, was, _n), (_d2, now, _n2) in zip(DAYS, before, after, strict=True):
        row = next(
            (r for r in rows if r["on_day"] <= day and (r["until"] is None or day <= r["until"])),
            None,
        )
        assert (row is not None) == (day in differ), (what, day, was, now)
    assert "Accredited" in {label for _a, _b, *labels in shown(rows) for label in labels}


@pytest.mark.parametrize("is_new", [False, True])
def test_days_before_an_organisation_changed_its_nations_are_seen_with_the_old_ones(is_new):
    officer = scene.hub_officer()
    holder = scene.certified("A", "Holder", ("england",)).enrolment.person
    line = EmploymentLine.objects.get(employment__person=holder)
    other = scene.organisation("MILL", "Mill House") if is_new else line.organisation
    with clock.at(scene.at(date(2026, 9, 1))):
        if is_new:
            end_post(line.employment, date(2026, 8, 14), by=officer, reason="x")
        change_nations(other, ["wales"], "x", by=officer)
    before, first = really(holder, DAYS), date(2026, 8, 20)
    supposed_post = supposed(
        line,
        organisation_id=other.pk,
        organisation_name=other.name,
        organisation_nations=["wales"],
        **({"starts_on": first} if is_new else {"ends_on": date(2026, 11, 14)}),
    )
    rows = effect_of_post(holder.pk, None if is_new else line.pk, supposed_post)
    if is_new:
        enter_post(holder, other, by=officer, post="X", nations=["england"], starts_on=first)
    else:
        end_post(line.employment, date(2026, 11, 14), by=officer, reason="x")
    after = really(holder, DAYS)
    differ = [a[0] for a, b in zip(before, after, strict=True) if a != b]
    shown_days = [
        d
        for d in DAYS
        if any(r["on_day"] <= d and (r["until"] is None or d <= r["until"]) for r in rows)
    ]
    assert shown_days == differ and bool(differ) == is_new
