"""docs/standings.md as tests, and the fold against a day-by-day reading of the same rules."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
)
from certificates.accreditation.rule_book import RuleBook, Rules
from certificates.accreditation.sentences import SENTENCES, Phrase, in_welsh
from certificates.accreditation.standing import nations_on, standing_on
from certificates.accreditation.standing_wording import MAY_ACT, STANDINGS
from lms.kit.languages import WELSH, catalogue

DAY = timedelta(days=1)
RULES = RuleBook(((date.min, Rules(years=3, grace_months=12, progress_months=3)),))
ISSUED, LAST = date(2026, 7, 20), date(2029, 7, 19)


def trainee(**changes):
    enrolment = Enrolled(
        from_day=date(2025, 9, 15),
        nations=("england", "scotland"),
        units={
            "england": (Unit("Core", date(2025, 10, 1)),),
            "scotland": (Unit("Core", date(2025, 10, 1)), Unit("Scots law", date(2025, 11, 1))),
        },
    )
    post = Post(1, "Harbour House", ("england", "scotland"), date(2025, 9, 1))
    facts = Facts(
        name="Siân Llewellyn",
        enrolments=(enrolment,),
        posts=(post,),
        approvals={1: ((date(2025, 8, 1), "approved"),)},
    )
    return replace(facts, **changes)


def holder(**changes):
    facts = trainee()
    enrolment = replace(
        facts.enrolments[0],
        work_complete_on=date(2026, 6, 3),
        award_on=date(2026, 7, 15),
        certificates=(Certified("C-1", ISSUED, ("england", "scotland"), LAST),),
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
        assert [
            code(d, facts) for d in (date(2025, 9, 15), date(2026, 2, 27), date(2026, 2, 28))
        ] == [
            "in_training",
            "in_training",
            "not_found",
        ]

    def test_awaiting_award_from_the_day_the_last_work_came_in(self):
        facts = trainee(
            enrolments=(replace(trainee().enrolments[0], work_complete_on=date(2026, 6, 3)),)
        )
        assert [code(d, facts) for d in (date(2026, 6, 2), date(2026, 6, 3))] == [
            "in_training",
            "awaiting_award",
        ]

    def test_eligible_only_when_nothing_stands_against_a_certificate(self):
        awarded = replace(
            trainee().enrolments[0], work_complete_on=date(2026, 6, 3), award_on=date(2026, 7, 15)
        )
        assert code(date(2026, 7, 15), trainee(enrolments=(awarded,))) == "eligible"
        without_post = standing_on(
            date(2026, 7, 15), trainee(enrolments=(awarded,), posts=()), RULES
        )
        assert without_post.code == "awaiting_award"
        assert "There is no post on the employment register." in without_post.particulars
        assert without_post.reasons == (
            "The University conferred the award on Wednesday 15 July 2026. No certificate has been issued.",
        )

    def test_a_unit_studied_later_does_not_count_on_an_earlier_day(self):
        awarded = replace(
            trainee().enrolments[0],
            award_on=date(2026, 7, 15),
            units={
                "england": (Unit("Core", date(2026, 8, 3)),),
                "scotland": (),
            },
        )
        facts = trainee(enrolments=(awarded,))
        assert [code(d, facts) for d in (date(2026, 8, 2), date(2026, 8, 3))] == [
            "awaiting_award",
            "eligible",
        ]


class TestWithACertificate:
    def test_nothing_before_the_day_of_issue(self):
        assert [code(d, holder()) for d in (ISSUED - DAY, ISSUED)] == ["eligible", "accredited"]

    def test_the_last_day_of_a_post_counts_and_the_next_does_not(self):
        ended = replace(holder().posts[0], ends_on=date(2026, 11, 14))
        facts = holder(posts=(ended,))
        assert code(date(2026, 11, 14), facts) == "accredited"
        after = standing_on(date(2026, 11, 15), facts, RULES)
        assert after.code == "between_posts" and after.nations == ()
        assert after.reasons == (
            "The post on the employment register ended on Saturday 14 November 2026.",
        )
        assert after.particulars == (
            "The post at Harbour House ended on Saturday 14 November 2026.",
        )
        assert (after.since, after.until) == (date(2026, 11, 15), date(2027, 11, 14))

    def test_lapsed_when_the_time_between_posts_is_longer_than_the_grace(self):
        facts = holder(posts=(replace(holder().posts[0], ends_on=date(2026, 11, 14)),))
        assert [code(d, facts) for d in (date(2027, 11, 14), date(2027, 11, 15))] == [
            "between_posts",
            "lapsed",
        ]

    def test_a_new_post_within_the_grace_restores_and_one_after_it_does_not(self):
        old = replace(holder().posts[0], ends_on=date(2026, 11, 14))
        within = holder(posts=(old, Post(1, "Harbour House", ("england",), date(2027, 11, 14))))
        after = holder(posts=(old, Post(1, "Harbour House", ("england",), date(2027, 11, 15))))
        assert code(date(2027, 11, 20), within) == "accredited"
        assert code(date(2027, 11, 20), after) == "lapsed"
        restored = replace(after, sanctions=(Decision(date(2027, 12, 1), "restored"),))
        assert [code(d, restored) for d in (date(2027, 11, 30), date(2027, 12, 1))] == [
            "lapsed",
            "accredited",
        ]

    def test_lapsed_the_day_after_the_certificate_runs_out(self):
        assert [code(d, holder()) for d in (date(2029, 7, 19), date(2029, 7, 20))] == [
            "accredited",
            "lapsed",
        ]

    def test_only_nations_that_an_open_post_serves(self):
        facts = holder(posts=(Post(1, "Harbour House", ("scotland", "wales"), date(2025, 9, 1)),))
        assert standing_on(ISSUED, facts, RULES).nations == ("scotland",)
        elsewhere = holder(posts=(Post(1, "Harbour House", ("wales",), date(2025, 9, 1)),))
        assert code(ISSUED, elsewhere) == "between_posts"

    def test_an_organisation_limits_the_nations_of_its_posts(self):
        facts = holder(posts=(replace(holder().posts[0], organisation_nations=("england",)),))
        assert standing_on(ISSUED, facts, RULES).nations == ("england",)

    def test_a_suspended_approval_takes_the_post_away_and_does_not_name_it_in_public(self):
        lines = (
            (date(2025, 8, 1), "approved"),
            (date(2026, 10, 5), "suspended"),
            (date(2026, 12, 1), "approved"),
        )
        facts = holder(approvals={1: lines})
        assert [
            code(d, facts) for d in (date(2026, 10, 4), date(2026, 10, 5), date(2026, 12, 1))
        ] == [
            "accredited",
            "between_posts",
            "accredited",
        ]
        said = standing_on(date(2026, 10, 5), facts, RULES)
        assert (
            "Harbour House" not in " ".join(said.reasons) and "Harbour House" in said.particulars[0]
        )


class TestDecisionsOfTheHub:
    def decided(self, *lines):
        return holder(
            sanctions=tuple(
                line if isinstance(line, Decision) else Decision(*line) for line in lines
            )
        )

    def test_each_counts_from_its_day(self):
        facts = self.decided(
            (date(2026, 9, 14), "conditions", "With supervision."),
            (date(2026, 10, 5), "suspended", ""),
            (date(2026, 11, 2), "restored", ""),
            (date(2026, 12, 1), "withdrawn", ""),
        )
        days = [
            date(2026, 9, 13),
            date(2026, 9, 14),
            date(2026, 10, 5),
            date(2026, 11, 2),
            date(2026, 12, 1),
        ]
        assert [code(d, facts) for d in days] == [
            "accredited",
            "accredited_with_conditions",
            "suspended",
            "accredited",
            "withdrawn",
        ]
        assert standing_on(date(2026, 9, 14), facts, RULES).conditions == "With supervision."

    def test_after_a_withdrawal_only_a_restoration_counts(self):
        facts = self.decided(
            (date(2026, 9, 1), "withdrawn", ""),
            (date(2026, 9, 2), "conditions", "None."),
            (date(2026, 9, 9), "restored", ""),
        )
        assert [code(date(2026, 9, d), facts) for d in (2, 8, 9)] == [
            "withdrawn",
            "withdrawn",
            "accredited",
        ]

    def test_a_later_recorded_decision_replaces_those_that_were_to_begin_after_its_day(self):
        mistyped = (date(2036, 12, 1), "withdrawn", "")
        facts = self.decided(
            (date(2026, 8, 1), "conditions", "x"), mistyped, (date(2026, 9, 1), "suspended", "")
        )
        assert [
            code(d, facts) for d in (date(2026, 8, 31), date(2026, 9, 1), date(2036, 12, 1))
        ] == [
            "accredited_with_conditions",
            "suspended",
            "suspended",
        ]
        assert standing_on(date(2026, 9, 1), facts, RULES).until is None

    def test_a_replaced_restoration_mends_no_lapse(self):
        ended = (
            replace(holder().posts[0], ends_on=date(2026, 11, 14)),
            Post(1, "Harbour House", ("england",), date(2027, 11, 15)),
        )
        lines = (
            Decision(date(2027, 12, 1), "restored"),
            Decision(date(2027, 11, 20), "conditions", "x"),
        )
        assert code(date(2027, 12, 2), holder(posts=ended, sanctions=lines)) == "lapsed"
        assert code(date(2027, 12, 2), holder(posts=ended, sanctions=lines[:1])) == "accredited"

    def test_a_replaced_end_of_approval_never_comes(self):
        lines = (
            (date(2025, 8, 1), "approved"),
            (date(2027, 1, 1), "ended"),
            (date(2026, 12, 1), "approved"),
        )
        assert code(date(2027, 1, 1), holder(approvals={1: lines})) == "accredited"

    def test_one_with_a_last_day_gives_way_by_itself_to_what_it_stood_upon(self):
        facts = self.decided(
            (date(2026, 8, 1), "conditions", "With supervision."),
            Decision(date(2026, 9, 1), "suspended", "", date(2026, 9, 30)),
        )
        assert [
            code(d, facts)
            for d in (date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1))
        ] == [
            "accredited_with_conditions",
            "suspended",
            "suspended",
            "accredited_with_conditions",
        ]
        said = standing_on(date(2026, 9, 1), facts, RULES)
        assert (
            said.until == date(2026, 9, 30) and "to Wednesday 30 September 2026" in said.reasons[0]
        )

    def test_suspended_and_withdrawn_come_before_everything(self):
        facts = replace(self.decided((date(2026, 9, 1), "suspended", "")), posts=())
        assert code(date(2030, 1, 1), facts) == "suspended"


class TestRenewal:
    ASKED, DECIDED = date(2029, 6, 1), date(2029, 8, 20)

    def renewed(self, **changes):
        return holder(renewals=(Renewed(self.ASKED, **changes),))

    def test_one_asked_for_in_time_keeps_it_going_for_so_long_and_says_so(self):
        facts = self.renewed()
        assert [
            code(d, facts) for d in (LAST, LAST + DAY, date(2029, 10, 19), date(2029, 10, 20))
        ] == [
            "accredited",
            "renewal_in_progress",
            "renewal_in_progress",
            "lapsed",
        ]
        assert "Its renewal was asked for on Friday 1 June 2029" in " ".join(
            standing_on(LAST, facts, RULES).reasons
        )
        assert (
            "not decided by Friday 19 October 2029"
            in standing_on(date(2029, 10, 20), facts, RULES).reasons[0]
        )

    def test_one_asked_for_late_keeps_nothing(self):
        facts = holder(renewals=(Renewed(LAST + DAY),))
        assert [code(d, facts) for d in (LAST, LAST + DAY)] == ["accredited", "lapsed"]

    def test_granted_it_gives_a_new_last_day_and_says_nothing_before_it_was_decided(self):
        facts = self.renewed(decided_on=self.DECIDED, granted_until=date(2032, 7, 19))
        assert [
            code(d, facts)
            for d in (self.DECIDED - DAY, self.DECIDED, date(2032, 7, 19), date(2032, 7, 20))
        ] == [
            "renewal_in_progress",
            "accredited",
            "accredited",
            "lapsed",
        ]

    def test_it_keeps_the_rules_it_was_asked_for_under(self):
        """Rules that begin after it was asked for, or on that very day, take nothing away from it."""
        for begins in (self.ASKED, self.ASKED + DAY, LAST):
            book = RuleBook(
                ((date.min, Rules(progress_months=3)), (begins, Rules(progress_months=0)))
            )
            facts = self.renewed(progress_months=3)
            assert [
                standing_on(d, facts, book).code for d in (date(2029, 10, 19), date(2029, 10, 20))
            ] == ["renewal_in_progress", "lapsed"]

    def test_one_of_another_term_keeps_nothing(self):
        facts = self.renewed(term_ends_on=date(2029, 7, 1))
        assert (
            code(LAST + DAY, facts) == "lapsed"
            and "was not renewed" in standing_on(LAST + DAY, facts, RULES).reasons[0]
        )

    def test_refused_it_runs_out(self):
        facts = self.renewed(decided_on=self.DECIDED)
        assert [code(d, facts) for d in (self.DECIDED - DAY, self.DECIDED)] == [
            "renewal_in_progress",
            "lapsed",
        ]
        assert "renewal was not granted" in standing_on(self.DECIDED, facts, RULES).reasons[0]


class TestTemporary:
    LEAVE = (Temporary(("england",), date(2026, 1, 10), date(2026, 5, 10)),)

    def test_for_its_days_and_nations_in_a_post_that_counts(self):
        facts = trainee(temporary=self.LEAVE)
        assert [
            code(d, facts)
            for d in (date(2026, 1, 9), date(2026, 1, 10), date(2026, 5, 10), date(2026, 5, 11))
        ] == [
            "in_training",
            "temporarily_accredited",
            "temporarily_accredited",
            "in_training",
        ]
        assert standing_on(date(2026, 2, 1), facts, RULES).nations == ("england",)
        assert code(date(2026, 2, 1), replace(facts, posts=())) == "in_training"

    def test_two_that_overlap_count_together(self):
        """They were given in two cohorts, for two nations; there is a post in each."""
        facts = trainee(
            temporary=(*self.LEAVE, Temporary(("scotland",), date(2026, 2, 1), date(2026, 3, 1))),
            posts=(Post(1, "Harbour House", ("england", "scotland"), date(2025, 9, 1)),),
        )
        assert [standing_on(date(2026, m, 15), facts, RULES).nations for m in (1, 2, 3)] == [
            ("england",),
            ("england", "scotland"),
            ("england",),
        ]

    def test_a_suspension_comes_before_it_and_a_certificate_replaces_it(self):
        assert (
            code(
                date(2026, 2, 1),
                trainee(
                    temporary=self.LEAVE, sanctions=(Decision(date(2026, 1, 20), "suspended"),)
                ),
            )
            == "suspended"
        )
        assert (
            code(ISSUED, holder(temporary=(Temporary(("wales",), ISSUED, ISSUED),))) == "accredited"
        )


class TestRulesWithDates:
    def test_a_gap_keeps_the_grace_that_was_in_force_when_it_began(self):
        book = RuleBook(
            ((date.min, Rules(grace_months=12)), (date(2027, 1, 1), Rules(grace_months=1)))
        )
        early = holder(posts=(replace(holder().posts[0], ends_on=date(2026, 11, 14)),))
        late = holder(posts=(replace(holder().posts[0], ends_on=date(2027, 1, 14)),))
        assert [
            standing_on(d, early, book).code for d in (date(2027, 11, 14), date(2027, 11, 15))
        ] == ["between_posts", "lapsed"]
        assert [
            standing_on(d, late, book).code for d in (date(2027, 2, 14), date(2027, 2, 15))
        ] == ["between_posts", "lapsed"]


class TestNationByNation:
    def terms(self, facts, day=ISSUED):
        return {n.nation: n.term for n in nations_on(day, facts, RULES)}

    def test_each_names_the_term_that_fails(self):
        posts = (
            Post(1, "Harbour House", ("england",), date(2025, 9, 1)),
            Post(2, "Mill House", ("scotland", "wales"), date(2025, 9, 1)),
            Post(
                3,
                "Firth House",
                ("northern_ireland",),
                date(2025, 9, 1),
                organisation_nations=("scotland",),
            ),
        )
        facts = holder(
            posts=posts,
            approvals={
                1: ((date(2025, 8, 1), "approved"),),
                2: ((date(2025, 8, 1), "suspended"),),
                3: ((date(2025, 8, 1), "approved"),),
            },
        )
        assert self.terms(facts) == {
            "england": "",
            "scotland": "approval",
            "wales": "certificate",
            "northern_ireland": "certificate",
        }
        wider = replace(
            facts,
            enrolments=(
                replace(
                    facts.enrolments[0],
                    certificates=(
                        Certified(
                            "C-1",
                            ISSUED,
                            ("england", "scotland", "wales", "northern_ireland"),
                            LAST,
                        ),
                    ),
                ),
            ),
        )
        assert self.terms(wider)["northern_ireland"] == "organisation"
        assert self.terms(replace(wider, posts=posts[:1])) == {
            "england": "",
            "scotland": "post",
            "wales": "post",
            "northern_ireland": "post",
        }

    def test_a_top_up_holds_back_its_own_and_a_decision_all(self):
        due = holder(top_ups=(TopUp("New law", ("scotland",), ISSUED, ISSUED),))
        assert self.terms(due) == {"england": "", "scotland": "top_up"}
        assert self.terms(holder(sanctions=(Decision(ISSUED, "suspended"),))) == {
            "england": "suspended",
            "scotland": "suspended",
        }


def test_every_standing_has_its_words_in_both_languages():
    assert set(STANDINGS) == {
        "not_found",
        "ask_the_hub",
        "in_training",
        "awaiting_award",
        "eligible",
        "temporarily_accredited",
        "accredited",
        "accredited_with_conditions",
        "renewal_in_progress",
        "between_posts",
        "top_up_due",
        "suspended",
        "lapsed",
        "withdrawn",
        "award_rescinded",
    }
    assert MAY_ACT <= set(STANDINGS)
    for words in STANDINGS.values():
        assert words.tone in {"good", "care", "stop", "pause", "wait", "plain"}
        welsh, of_a_past_day = words.as_answer(WELSH), words.as_answer(WELSH, is_past=True)
        said = [words.meaning, words.advice, words.yours, words.was]
        said += [welsh["meaning"], welsh["advice"], of_a_past_day["meaning"]]
        assert (
            all(s.endswith(".") and "!" not in s for s in said)
            and len({*said, words.label, welsh["label"]}) >= 8
        )
    words = catalogue(WELSH)
    for key, english in SENTENCES.items():
        welsh, places = words.gettext(english), re.compile(r"%\(\w+\)s")
        assert welsh != english, key
        assert set(places.findall(welsh)) == set(places.findall(english)), key


def test_a_sentence_is_said_in_welsh_with_its_days_and_nations():
    said = Phrase("top_up_by", nations=("england", "scotland"), day=date(2026, 10, 1))
    assert "Lloegr a’r Alban" in in_welsh(said) and "dydd Iau 1 Hydref 2026" in in_welsh(said)
    assert in_welsh("Conditions as someone wrote them.") == "Conditions as someone wrote them."


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 11, 14), 12, date(2027, 11, 14)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), 36, date(2029, 1, 31)),
    ],
)
def test_months_after(day, months, after):
    assert months_after(day, months) == after


# ---- the same rules, read one day at a time by somebody in no hurry ----


def plainly(day, facts, book):
    """(code, nations) by walking every day from the first certificate on; “” where there was none by then."""

    def counting(lines, begins):
        return [
            x
            for n, x in enumerate(lines)
            if not any(begins(later) < begins(x) for later in lines[n + 1 :])
        ]

    lines = counting(facts.sanctions, lambda x: x.from_day)

    def decision(d):
        current = None
        for line in (x for x in lines if x.from_day <= d):
            is_shut = current and current.kind == "withdrawn" and line.kind != "restored"
            if not is_shut and not (line.until_day and line.until_day < d):
                current = line
        return current.kind if current else None

    def served(d, where):
        found = set()
        for post in facts.posts:
            here = post.starts_on <= d and (post.ends_on is None or d <= post.ends_on)
            begun = [
                x
                for x in counting(facts.approvals.get(post.organisation, ()), lambda x: x[0])
                if x[0] <= d
            ]
            if here and begun and begun[-1][1] == "approved":
                found |= set(post.nations) & set(where)
        return found

    def held(d):
        issued = [c for e in facts.enrolments for c in e.certificates if c.issued_on <= d]
        return issued[-1] if issued else None

    kind = decision(day)
    if kind in ("withdrawn", "suspended"):
        return kind, ()
    certificate = held(day)
    if certificate is None:
        named = dict.fromkeys(
            n
            for leave in facts.temporary
            if leave.from_day <= day <= leave.until_day
            for n in leave.nations
        )
        found = tuple(n for n in named if n in served(day, named))
        return ("temporarily_accredited", found) if found else None
    ends = [
        certificate.valid_until,
        *(r.granted_until for r in facts.renewals if r.granted_until and r.decided_on <= day),
    ]
    waiting = [
        r
        for r in facts.renewals
        if r.asked_on <= day
        and not (r.decided_on and r.decided_on <= day)
        and r.asked_on <= max(ends)
    ]
    waiting = [r for r in waiting if r.term_ends_on is None or r.term_ends_on == max(ends)]
    goes_on = False
    if waiting:
        kept = waiting[-1].progress_months
        goes_on = day <= months_after(
            max(ends), kept if kept is not None else book.on(waiting[-1].asked_on).progress_months
        )
    if day > max(ends) and not goes_on:
        return "lapsed", ()
    first = min(c.issued_on for e in facts.enrolments for c in e.certificates)
    restored = {x.from_day for x in lines if x.kind == "restored"} | {
        r.decided_on for r in facts.renewals if r.granted_until
    }
    last, lapsed, walk = first - DAY, False, first
    while walk <= day:
        lapsed = lapsed or walk > months_after(last, book.on(last + DAY).grace_months)
        if lapsed and walk in restored:
            lapsed, last = False, walk - DAY
        if not lapsed and served(walk, held(walk).nations):
            last = walk
        walk += DAY
    if lapsed:
        return "lapsed", ()
    nations = served(day, certificate.nations)
    if not nations:
        return "between_posts", ()
    code = (
        "accredited_with_conditions"
        if kind == "conditions"
        else "renewal_in_progress"
        if day > max(ends)
        else "accredited"
    )
    return code, tuple(n for n in certificate.nations if n in nations)


START = date(2026, 1, 1)
days = st.integers(0, 240).map(lambda n: START + n * DAY)
nations = st.lists(
    st.sampled_from(["england", "scotland", "wales"]), min_size=1, max_size=3, unique=True
).map(tuple)


@st.composite
def posts(draw):
    starts = draw(days)
    length = draw(st.none() | st.integers(0, 90))
    return Post(
        draw(st.integers(1, 2)),
        "Somewhere",
        draw(nations),
        starts,
        None if length is None else starts + length * DAY,
    )


@st.composite
def decisions(draw):
    begins, kind = (
        draw(days),
        draw(st.sampled_from(["conditions", "suspended", "restored", "withdrawn"])),
    )
    length = draw(st.none() | st.integers(0, 60)) if kind in ("conditions", "suspended") else None
    return Decision(begins, kind, "x", None if length is None else begins + length * DAY)


@st.composite
def renewals(draw):
    asked, decided = draw(days), draw(st.none() | st.integers(0, 60))
    decided = None if decided is None else asked + decided * DAY
    granted = draw(st.booleans()) and decided
    until = decided + draw(st.integers(1, 200)) * DAY if granted else None
    return Renewed(
        asked, decided, until, draw(st.none() | days), draw(st.none() | st.integers(0, 2))
    )


@st.composite
def leaves(draw):
    begins = draw(days)
    return Temporary(draw(nations), begins, begins + draw(st.integers(0, 60)) * DAY)


@st.composite
def certificates(draw):
    """One, and perhaps one that replaces it, for more nations."""
    issued, where, length = (
        START + draw(st.integers(0, 40)) * DAY,
        draw(nations),
        draw(st.integers(20, 300)),
    )
    made = [Certified("C-1", issued, where, issued + length * DAY)]
    if draw(st.booleans()):
        later = issued + draw(st.integers(0, 60)) * DAY
        made.append(
            Certified(
                "C-2", later, tuple(dict.fromkeys((*where, *draw(nations)))), issued + length * DAY
            )
        )
    return tuple(made)


@st.composite
def books(draw):
    rules = st.builds(Rules, grace_months=st.integers(1, 3), progress_months=st.integers(0, 2))
    return RuleBook(
        (
            (date.min, draw(rules)),
            *(((draw(days)), draw(rules)) for _ in range(draw(st.integers(0, 1)))),
        )
    )


approvals = st.lists(
    st.tuples(days, st.sampled_from(["approved", "suspended", "ended"])), max_size=3
).map(tuple)


@settings(max_examples=100, deadline=None)
@given(
    held=certificates(),
    where=st.lists(posts(), min_size=1, max_size=3).map(tuple),
    one=approvals,
    two=approvals,
    decided=st.lists(decisions(), max_size=3).map(tuple),
    asked_again=st.lists(renewals(), max_size=2).map(tuple),
    leave=st.lists(leaves(), max_size=2).map(tuple),
    book=books(),
)
def test_the_fold_is_the_plain_reading(held, where, one, two, decided, asked_again, leave, book):
    facts = Facts(
        name="A",
        enrolments=(Enrolled(START, nations=held[0].nations, certificates=held),),
        posts=where,
        approvals={1: ((START, "approved"), *one), 2: ((START, "approved"), *two)},
        sanctions=decided,
        renewals=asked_again,
        temporary=leave,
    )
    # A renewal is of a term there was, now and then of another one.
    asked_again = tuple(
        replace(
            r,
            term_ends_on=r.term_ends_on
            and (held[0].valid_until if r.asked_on <= held[0].valid_until else r.term_ends_on),
        )
        for r in asked_again
    )
    facts = replace(facts, renewals=asked_again)
    # Days on which something happens, and the days beside them: there the two could part.
    near = (
        {c.issued_on for c in held}
        | {held[0].valid_until}
        | {p.starts_on for p in where}
        | {p.ends_on for p in where if p.ends_on}
    )
    near |= {d for d, _ in (*one, *two)} | {
        d for x in decided for d in (x.from_day, x.until_day) if d
    }
    near |= {d for r in asked_again for d in (r.asked_on, r.decided_on, r.granted_until) if d} | {
        d for t in leave for d in (t.from_day, t.until_day)
    }
    near |= {months_after(d, n) for d in near for n in (1, 2, 3)} | set(book.days())
    beside = sorted({d + n * DAY for d in near for n in (-1, 0, 1)})
    for asked in beside:
        expected, said = plainly(asked, facts, book), standing_on(asked, facts, book)
        if expected is None:
            assert said.code in ("in_training", "not_found")
            continue
        assert (said.code, said.nations) == expected, asked
        assert standing_on(asked, facts, book, looks_back=False) == replace(said, since=None)
        # The stretch it claims is right inside and ends where it says.
        for inside in filter(None, (said.since, said.until)):
            assert plainly(inside, facts, book) == expected
        if said.until:
            assert plainly(said.until + DAY, facts, book) != expected or said.conditions


class TestTopUpsOnChangedLaw:
    """The endorsement shows “top-up due” until it is done, and from its day the nation does not count."""

    DAY_SENT, COUNTS, DONE = date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 5)

    def due(self, *nations, done=None):
        return holder(top_ups=(TopUp("New law", nations, self.DAY_SENT, self.COUNTS, done),))

    def test_before_its_day_it_is_said_and_the_nation_counts(self):
        facts = self.due("scotland")
        assert (
            standing_on(self.DAY_SENT - DAY, facts, RULES).reasons
            == standing_on(self.DAY_SENT - DAY, holder(), RULES).reasons
        )
        standing = standing_on(self.COUNTS - DAY, facts, RULES)
        assert (standing.code, standing.nations) == ("accredited", ("england", "scotland"))
        assert "to be read before Thursday 1 October 2026" in " ".join(standing.reasons)

    def test_from_its_day_that_nation_alone_is_held_back(self):
        standing = standing_on(self.COUNTS, self.due("scotland"), RULES)
        assert (standing.code, standing.nations) == ("accredited", ("england",))
        assert (
            "due since Thursday 1 October 2026" in " ".join(standing.reasons)
            and standing.since == self.COUNTS
        )

    def test_with_no_nation_left_nobody_may_act_until_the_day_it_is_done(self):
        facts = self.due("england", "scotland", done=self.DONE)
        assert [
            code(d, facts) for d in (self.COUNTS - DAY, self.COUNTS, self.DONE - DAY, self.DONE)
        ] == [
            "accredited",
            "top_up_due",
            "top_up_due",
            "accredited",
        ]
        assert standing_on(self.COUNTS, facts, RULES).until == self.DONE - DAY

    def test_one_that_concerns_no_nation_of_the_post_changes_nothing(self):
        later = self.COUNTS + DAY
        assert standing_on(later, self.due("wales"), RULES) == standing_on(later, holder(), RULES)

    def test_no_certificate_is_issued_over_an_overdue_one(self):
        awarded = replace(
            trainee().enrolments[0], work_complete_on=date(2026, 6, 3), award_on=date(2026, 7, 15)
        )
        facts = trainee(enrolments=(awarded,), top_ups=self.due("scotland").top_ups)
        assert why_not(facts, self.COUNTS - DAY) == []
        assert "Scotland: a top-up on changed law" in why_not(facts, self.COUNTS)[0]


# ---- each cause by its name ----

LEAVE = Temporary(("england", "scotland"), date(2026, 1, 1), date(2026, 6, 30))
THERE = date(2026, 8, 10)
HARBOUR = Post(1, "Harbour House", ("england", "scotland"), date(2025, 9, 1))
TOP_UP = TopUp("Changed", ("england",), date(2026, 2, 1), date(2026, 3, 1))


def with_post(facts, *posts, approvals=None):
    return replace(
        facts,
        posts=posts,
        approvals={1: ((date(2025, 8, 1), "approved"),)} if approvals is None else approvals,
    )


POSTS = {
    "no_post": ((), None),
    "post_begins": ((replace(HARBOUR, starts_on=date(2026, 12, 1)),), None),
    "post_ended": ((replace(HARBOUR, ends_on=date(2025, 12, 1)),), None),
    "other_nation": ((replace(HARBOUR, nations=("wales",)),), None),
    "organisation_elsewhere": ((replace(HARBOUR, organisation_nations=("wales",)),), None),
    "approval_suspended": (
        (HARBOUR,),
        {1: ((date(2025, 8, 1), "approved"), (date(2025, 12, 1), "suspended"))},
    ),
    "not_approved_since": (
        (HARBOUR,),
        {1: ((date(2025, 8, 1), "approved"), (date(2025, 12, 1), "ended"))},
    ),
    "not_approved": ((HARBOUR,), {}),
}


@pytest.mark.parametrize("cause", POSTS)
def test_a_post_that_does_not_count_is_explained_by_the_term_that_fails(cause):
    posts, approvals = POSTS[cause]
    public = {"decided": "", "Harbour": "Harbour House"}
    found = standing_on(THERE, with_post(holder(), *posts, approvals=approvals), RULES)
    assert found.code == "between_posts" and [r.key for r in found.reasons] == [cause]
    assert public["Harbour"] not in " ".join(found.reasons) and (
        cause == "no_post" or "Harbour House" in found.particulars[0]
    )
    assert in_welsh(found.reasons[0]) != found.reasons[0]
    # The same of a temporary accreditation that runs and does not count.
    leave = standing_on(
        date(2026, 2, 10),
        with_post(trainee(temporary=(LEAVE,)), *posts, approvals=approvals),
        RULES,
    )
    assert leave.code == "in_training" and [r.key for r in leave.reasons] == [
        "in_training",
        "temporary_not_counting",
        cause,
    ]
    assert "Harbour House" not in " ".join(leave.reasons)


def test_an_unapproved_post_in_the_nation_says_more_than_an_approved_one_elsewhere():
    posts = (HARBOUR, Post(2, "Mill House", ("wales",), date(2026, 1, 1)))
    lines = {
        1: ((date(2025, 8, 1), "approved"), (date(2025, 12, 1), "suspended")),
        2: ((date(2025, 8, 1), "approved"),),
    }
    assert [
        r.key
        for r in standing_on(THERE, with_post(holder(), *posts, approvals=lines), RULES).reasons
    ] == ["approval_suspended"]


class TestTemporaryAndTopUps:
    def on(self, day, top_up=TOP_UP, nations=("england",)):
        facts = with_post(
            trainee(temporary=(replace(LEAVE, nations=nations),), top_ups=(top_up,)), HARBOUR
        )
        return standing_on(day, facts, RULES)

    def test_what_shortens_it_is_said_beforehand_and_afterwards(self):
        before, after = self.on(date(2026, 2, 10)), self.on(date(2026, 3, 1))
        assert before.code == "temporarily_accredited" and before.until == date(2026, 2, 28)
        assert [r.key for r in before.reasons] == ["temporary", "top_up_by"] and "top_up_by" in [
            getattr(p, "key", "") for p in before.particulars
        ]
        assert after.code == "in_training" and [r.key for r in after.reasons] == [
            "in_training",
            "temporary_not_counting",
            "top_up_since",
        ]

    def test_one_nation_of_two_is_held_back_with_its_reason(self):
        found = self.on(date(2026, 3, 1), nations=("england", "scotland"))
        assert (found.code, found.nations) == ("temporarily_accredited", ("scotland",))
        assert [r.key for r in found.reasons] == ["temporary", "temporary_fewer", "top_up_since"]

    def test_read_in_time_it_is_not_mentioned(self):
        found = self.on(date(2026, 3, 1), top_up=replace(TOP_UP, done_on=date(2026, 2, 5)))
        assert (
            found.code == "temporarily_accredited"
            and found.until == LEAVE.until_day
            and [r.key for r in found.reasons] == ["temporary"]
        )


def test_nobody_is_reminded_of_a_top_up_that_keeps_nothing_going():
    from certificates.accreditation.renewal import messages

    day = date(2027, 2, 10)
    facts = holder(top_ups=(TopUp("Changed", ("england",), date(2027, 2, 1), date(2027, 3, 1)),))
    assert "top_up_7" in [m.kind for m in messages(facts, RULES, day)]
    suspended = replace(facts, sanctions=(Decision(date(2027, 2, 5), "suspended"),))
    assert "top_up_7" in [m.kind for m in messages(suspended, RULES, day)], "it may be lifted"
    withdrawn = replace(facts, sanctions=(Decision(date(2027, 2, 5), "withdrawn"),))
    rescinded = replace(
        facts,
        enrolments=(replace(facts.enrolments[0], rescissions=(Rescinded(date(2027, 2, 5)),)),),
    )
    for gone in (withdrawn, rescinded):
        assert not [m for m in messages(gone, RULES, day) if m.kind.startswith("top_up")]
