"""docs/standings.md as tests, and the fold against a day-by-day reading of the same rules."""
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.accreditation import Rules, standing_on
from certificates.eligibility import why_not
from certificates.facts import Certified, Enrolled, Facts, Post, TopUp, Unit, months_after
from certificates.standings import STANDINGS

DAY = timedelta(days=1)
RULES = Rules(years=3, grace_months=12)
ISSUED = date(2026, 7, 20)


def trainee(**changes):
    enrolment = Enrolled(from_day=date(2025, 9, 15), nations=("england", "scotland"), units={
        "england": (Unit("Core", date(2025, 10, 1)),), "scotland": (Unit("Core", date(2025, 10, 1)), Unit("Scots law", date(2025, 11, 1))),
    })
    post = Post(1, "Harbour House", ("england", "scotland"), date(2025, 9, 1))
    facts = Facts(name="Siân Llewellyn", enrolments=(enrolment,), posts=(post,), approvals={1: ((date(2025, 8, 1), "approved"),)})
    return replace(facts, **changes)


def holder(**changes):
    facts = trainee()
    enrolment = replace(
        facts.enrolments[0], work_complete_on=date(2026, 6, 3), award_on=date(2026, 7, 15),
        certificate=Certified("C-1", ISSUED, ("england", "scotland")),
    )
    return replace(facts, enrolments=(enrolment,), **changes)


def code(day, facts):
    return standing_on(day, facts, RULES).code


class TestBeforeTheCertificate:
    def test_somebody_who_is_not_enrolled_is_not_found(self):
        assert code(date(2025, 9, 14), trainee()) == "not_found"
        assert code(date(2026, 1, 1), Facts()) == "not_found"

    def test_in_training_from_the_first_day_to_the_last(self):
        left = replace(trainee().enrolments[0], until=date(2026, 2, 27))
        facts = trainee(enrolments=(left,))
        assert [code(d, facts) for d in (date(2025, 9, 15), date(2026, 2, 27), date(2026, 2, 28))] == [
            "in_training", "in_training", "not_found",
        ]

    def test_awaiting_award_from_the_day_the_last_work_came_in(self):
        facts = trainee(enrolments=(replace(trainee().enrolments[0], work_complete_on=date(2026, 6, 3)),))
        assert [code(d, facts) for d in (date(2026, 6, 2), date(2026, 6, 3))] == ["in_training", "awaiting_award"]

    def test_eligible_only_when_nothing_stands_against_a_certificate(self):
        awarded = replace(trainee().enrolments[0], work_complete_on=date(2026, 6, 3), award_on=date(2026, 7, 15))
        assert code(date(2026, 7, 15), trainee(enrolments=(awarded,))) == "eligible"
        without_post = standing_on(date(2026, 7, 15), trainee(enrolments=(awarded,), posts=()), RULES)
        assert without_post.code == "awaiting_award"
        assert "There is no post on the employment register." in without_post.particulars
        assert without_post.reasons == ("The University conferred the award on Wednesday 15 July 2026. No certificate has been issued.",)

    def test_a_unit_studied_later_does_not_count_on_an_earlier_day(self):
        awarded = replace(trainee().enrolments[0], award_on=date(2026, 7, 15), units={
            "england": (Unit("Core", date(2026, 8, 3)),), "scotland": (),
        })
        facts = trainee(enrolments=(awarded,))
        assert [code(d, facts) for d in (date(2026, 8, 2), date(2026, 8, 3))] == ["awaiting_award", "eligible"]


class TestWithACertificate:
    def test_nothing_before_the_day_of_issue(self):
        assert [code(d, holder()) for d in (ISSUED - DAY, ISSUED)] == ["eligible", "accredited"]

    def test_the_last_day_of_a_post_counts_and_the_next_does_not(self):
        ended = replace(holder().posts[0], ends_on=date(2026, 11, 14))
        facts = holder(posts=(ended,))
        assert code(date(2026, 11, 14), facts) == "accredited"
        after = standing_on(date(2026, 11, 15), facts, RULES)
        assert after.code == "between_posts" and after.nations == ()
        assert after.reasons == ("The post on the employment register ended on Saturday 14 November 2026.",)
        assert after.particulars == ("The post at Harbour House ended on Saturday 14 November 2026.",)
        assert (after.since, after.until) == (date(2026, 11, 15), date(2027, 11, 14))

    def test_lapsed_when_the_time_between_posts_is_longer_than_the_grace(self):
        facts = holder(posts=(replace(holder().posts[0], ends_on=date(2026, 11, 14)),))
        assert [code(d, facts) for d in (date(2027, 11, 14), date(2027, 11, 15))] == ["between_posts", "lapsed"]

    def test_a_new_post_within_the_grace_restores_and_one_after_it_does_not(self):
        old = replace(holder().posts[0], ends_on=date(2026, 11, 14))
        within = holder(posts=(old, Post(1, "Harbour House", ("england",), date(2027, 11, 14))))
        after = holder(posts=(old, Post(1, "Harbour House", ("england",), date(2027, 11, 15))))
        assert code(date(2027, 11, 20), within) == "accredited"
        assert code(date(2027, 11, 20), after) == "lapsed"
        restored = replace(after, sanctions=((date(2027, 12, 1), "restored", ""),))
        assert [code(d, restored) for d in (date(2027, 11, 30), date(2027, 12, 1))] == ["lapsed", "accredited"]

    def test_lapsed_the_day_after_the_certificate_runs_out(self):
        assert [code(d, holder()) for d in (date(2029, 7, 19), date(2029, 7, 20))] == ["accredited", "lapsed"]

    def test_only_nations_that_an_open_post_serves(self):
        facts = holder(posts=(Post(1, "Harbour House", ("scotland", "wales"), date(2025, 9, 1)),))
        assert standing_on(ISSUED, facts, RULES).nations == ("scotland",)
        elsewhere = holder(posts=(Post(1, "Harbour House", ("wales",), date(2025, 9, 1)),))
        assert code(ISSUED, elsewhere) == "between_posts"

    def test_an_organisation_limits_the_nations_of_its_posts(self):
        facts = holder(posts=(replace(holder().posts[0], organisation_nations=("england",)),))
        assert standing_on(ISSUED, facts, RULES).nations == ("england",)

    def test_a_suspended_approval_takes_the_post_away_and_does_not_name_it_in_public(self):
        lines = ((date(2025, 8, 1), "approved"), (date(2026, 10, 5), "suspended"), (date(2026, 12, 1), "approved"))
        facts = holder(approvals={1: lines})
        assert [code(d, facts) for d in (date(2026, 10, 4), date(2026, 10, 5), date(2026, 12, 1))] == [
            "accredited", "between_posts", "accredited",
        ]
        said = standing_on(date(2026, 10, 5), facts, RULES)
        assert "Harbour House" not in " ".join(said.reasons) and "Harbour House" in said.particulars[0]


class TestDecisionsOfTheHub:
    def decided(self, *lines):
        return holder(sanctions=tuple((day, kind, words) for day, kind, words in lines))

    def test_each_counts_from_its_day(self):
        facts = self.decided((date(2026, 9, 14), "conditions", "With supervision."), (date(2026, 10, 5), "suspended", ""),
                             (date(2026, 11, 2), "restored", ""), (date(2026, 12, 1), "withdrawn", ""))
        days = [date(2026, 9, 13), date(2026, 9, 14), date(2026, 10, 5), date(2026, 11, 2), date(2026, 12, 1)]
        assert [code(d, facts) for d in days] == [
            "accredited", "accredited_with_conditions", "suspended", "accredited", "withdrawn",
        ]
        assert standing_on(date(2026, 9, 14), facts, RULES).conditions == "With supervision."

    def test_after_a_withdrawal_only_a_restoration_counts(self):
        facts = self.decided((date(2026, 9, 1), "withdrawn", ""), (date(2026, 9, 2), "conditions", "None."), (date(2026, 9, 9), "restored", ""))
        assert [code(date(2026, 9, d), facts) for d in (2, 8, 9)] == ["withdrawn", "withdrawn", "accredited"]

    def test_a_later_recorded_decision_replaces_those_that_were_to_begin_after_its_day(self):
        mistyped = (date(2036, 12, 1), "withdrawn", "")
        facts = self.decided((date(2026, 8, 1), "conditions", "x"), mistyped, (date(2026, 9, 1), "suspended", ""))
        assert [code(d, facts) for d in (date(2026, 8, 31), date(2026, 9, 1), date(2036, 12, 1))] == [
            "accredited_with_conditions", "suspended", "suspended",
        ]
        assert standing_on(date(2026, 9, 1), facts, RULES).until is None

    def test_a_replaced_restoration_mends_no_lapse(self):
        ended = (replace(holder().posts[0], ends_on=date(2026, 11, 14)), Post(1, "Harbour House", ("england",), date(2027, 11, 15)))
        lines = ((date(2027, 12, 1), "restored", ""), (date(2027, 11, 20), "conditions", "x"))
        assert code(date(2027, 12, 2), holder(posts=ended, sanctions=lines)) == "lapsed"
        assert code(date(2027, 12, 2), holder(posts=ended, sanctions=lines[:1])) == "accredited"

    def test_a_replaced_end_of_approval_never_comes(self):
        lines = ((date(2025, 8, 1), "approved"), (date(2027, 1, 1), "ended"), (date(2026, 12, 1), "approved"))
        assert code(date(2027, 1, 1), holder(approvals={1: lines})) == "accredited"

    def test_suspended_and_withdrawn_come_before_everything(self):
        facts = replace(self.decided((date(2026, 9, 1), "suspended", "")), posts=())
        assert code(date(2030, 1, 1), facts) == "suspended"


def test_every_standing_has_its_words():
    assert set(STANDINGS) == {
        "not_found", "in_training", "awaiting_award", "eligible", "accredited", "accredited_with_conditions",
        "between_posts", "top_up_due", "suspended", "lapsed", "withdrawn",
    }
    for words in STANDINGS.values():
        assert words.tone in {"good", "care", "stop", "wait", "plain"}
        assert words.meaning.endswith(".") and words.advice.endswith(".") and "!" not in words.meaning + words.advice


@pytest.mark.parametrize(("day", "months", "after"), [
    (date(2026, 11, 14), 12, date(2027, 11, 14)), (date(2028, 2, 29), 12, date(2029, 2, 28)),
    (date(2026, 12, 31), 2, date(2027, 2, 28)), (date(2026, 1, 31), 36, date(2029, 1, 31)),
])
def test_months_after(day, months, after):
    assert months_after(day, months) == after


# ---- the same rules, read one day at a time by somebody in no hurry ----

def plainly(day, facts, rules):
    """(code, nations) by walking every day from the certificate on."""
    def counting(lines):
        return [x for n, x in enumerate(lines) if not any(later[0] < x[0] for later in lines[n + 1:])]

    def decision(lines, d):
        current = None
        for line in (x for x in counting(lines) if x[0] <= d):
            if not (current and current[1] == "withdrawn" and line[1] != "restored"):
                current = line
        return current

    def served(d, certificate):
        found = set()
        for post in facts.posts:
            here = post.starts_on <= d and (post.ends_on is None or d <= post.ends_on)
            begun = [x for x in counting(facts.approvals.get(post.organisation, ())) if x[0] <= d]
            if here and begun and begun[-1][1] == "approved":
                found |= set(post.nations) & set(certificate.nations)
        return found

    sanction = decision(facts.sanctions, day)
    if sanction and sanction[1] in ("withdrawn", "suspended"):
        return sanction[1], ()
    enrolment = facts.enrolments[0]
    certificate = enrolment.certificate
    if day < certificate.issued_on:
        return None
    if day >= months_after(certificate.issued_on, 12 * rules.years):
        return "lapsed", ()
    last, lapsed, walk = certificate.issued_on - DAY, False, certificate.issued_on
    while walk <= day:
        lapsed = lapsed or walk > months_after(last, rules.grace_months)
        if lapsed and any(x[0] == walk and x[1] == "restored" for x in counting(facts.sanctions)):
            lapsed, last = False, walk - DAY
        if not lapsed and served(walk, certificate):
            last = walk
        walk += DAY
    if lapsed:
        return "lapsed", ()
    nations = served(day, certificate)
    if not nations:
        return "between_posts", ()
    code = "accredited_with_conditions" if sanction and sanction[1] == "conditions" else "accredited"
    return code, tuple(n for n in certificate.nations if n in nations)


START = date(2026, 1, 1)
days = st.integers(0, 240).map(lambda n: START + n * DAY)
nations = st.lists(st.sampled_from(["england", "scotland", "wales"]), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def posts(draw):
    starts = draw(days)
    length = draw(st.none() | st.integers(0, 90))
    return Post(draw(st.integers(1, 2)), "Somewhere", draw(nations), starts, None if length is None else starts + length * DAY)


approvals = st.lists(st.tuples(days, st.sampled_from(["approved", "suspended", "ended"])), max_size=3).map(tuple)
decisions = st.lists(
    st.tuples(days, st.sampled_from(["conditions", "suspended", "restored", "withdrawn"]), st.just("x")), max_size=3
).map(tuple)


@settings(max_examples=80, deadline=None)
@given(
    issued=st.integers(0, 40).map(lambda n: START + n * DAY), held=nations, where=st.lists(posts(), min_size=1, max_size=3), one=approvals, two=approvals, decided=decisions,
    years=st.integers(1, 2), grace=st.integers(1, 3),
)
def test_the_fold_is_the_plain_reading(issued, held, where, one, two, decided, years, grace):
    rules = Rules(years=years, grace_months=grace)
    facts = Facts(
        name="A", enrolments=(Enrolled(START, nations=held, certificate=Certified("C", issued, held)),), posts=tuple(where),
        approvals={1: ((START, "approved"), *one), 2: ((START, "approved"), *two)}, sanctions=decided,
    )
    # Days on which something happens, and the days beside them: there the two could part.
    near = {issued, *(p.starts_on for p in where), *(p.ends_on for p in where if p.ends_on), *(d for d, *_ in (*one, *two, *decided))}
    near |= {months_after(d, grace) for d in near} | {months_after(issued, 12 * years)}
    beside = sorted({d + n * DAY for d in near for n in (-1, 0, 1)})
    for asked in beside:
        expected, said = plainly(asked, facts, rules), standing_on(asked, facts, rules)
        if expected is None:
            continue
        assert (said.code, said.nations) == expected
        # The stretch it claims is right inside and ends where it says.
        for inside in filter(None, (said.since, said.until)):
            assert plainly(inside, facts, rules) == expected
        if said.until:
            assert plainly(said.until + DAY, facts, rules) != expected or said.conditions


class TestTopUpsOnChangedLaw:
    """The endorsement shows “top-up due” until it is done, and from its day the nation does not count."""

    DAY_SENT, COUNTS, DONE = date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 5)

    def due(self, *nations, done=None):
        return holder(top_ups=(TopUp("New law", nations, self.DAY_SENT, self.COUNTS, done),))

    def test_before_its_day_it_is_said_and_the_nation_counts(self):
        facts = self.due("scotland")
        assert standing_on(self.DAY_SENT - DAY, facts, RULES).reasons == standing_on(self.DAY_SENT - DAY, holder(), RULES).reasons
        standing = standing_on(self.COUNTS - DAY, facts, RULES)
        assert (standing.code, standing.nations) == ("accredited", ("england", "scotland"))
        assert "to be read by Thursday 1 October 2026" in " ".join(standing.reasons)

    def test_from_its_day_that_nation_alone_is_held_back(self):
        standing = standing_on(self.COUNTS, self.due("scotland"), RULES)
        assert (standing.code, standing.nations) == ("accredited", ("england",))
        assert "due since Thursday 1 October 2026" in " ".join(standing.reasons) and standing.since == self.COUNTS

    def test_with_no_nation_left_nobody_may_act_until_the_day_it_is_done(self):
        facts = self.due("england", "scotland", done=self.DONE)
        assert [code(d, facts) for d in (self.COUNTS - DAY, self.COUNTS, self.DONE - DAY, self.DONE)] == [
            "accredited", "top_up_due", "top_up_due", "accredited",
        ]
        assert standing_on(self.COUNTS, facts, RULES).until == self.DONE - DAY

    def test_one_that_concerns_no_nation_of_the_post_changes_nothing(self):
        later = self.COUNTS + DAY
        assert standing_on(later, self.due("wales"), RULES) == standing_on(later, holder(), RULES)

    def test_no_certificate_is_issued_over_an_overdue_one(self):
        awarded = replace(trainee().enrolments[0], work_complete_on=date(2026, 6, 3), award_on=date(2026, 7, 15))
        facts = trainee(enrolments=(awarded,), top_ups=self.due("scotland").top_ups)
        assert why_not(facts, self.COUNTS - DAY) == []
        assert "Scotland: a top-up on changed law" in why_not(facts, self.COUNTS)[0]
