"""Every reason why not is named, all at once, and an empty list means issue."""

from dataclasses import replace
from datetime import date

import pytest

from certificates.accreditation.eligibility import why_not
from certificates.accreditation.facts import (
    Certified,
    Decision,
    Enrolled,
    Facts,
    Post,
    Renewed,
    Unit,
)

TODAY = date(2026, 7, 20)
ENROLLED = Enrolled(
    from_day=date(2025, 9, 15),
    nations=("england", "scotland"),
    award_on=date(2026, 7, 15),
    units={
        "england": (Unit("Core", date(2025, 10, 1)),),
        "scotland": (Unit("Scots law", date(2025, 10, 1)),),
    },
)
READY = Facts(
    name="Siân Llewellyn",
    enrolments=(ENROLLED,),
    posts=(Post(1, "Harbour House", ("england",), date(2025, 9, 1)),),
    approvals={1: ((date(2025, 8, 1), "approved"),)},
)


HELD_BEFORE = Enrolled(
    from_day=date(2022, 9, 15),
    nations=("wales",),
    certificates=(Certified("C-0", date(2023, 7, 21), ("wales",), TODAY),),
)


def with_enrolment(**changes):
    return replace(READY, enrolments=(replace(ENROLLED, **changes),))


def test_nothing_stands_against_it():
    assert why_not(READY, TODAY) == []


def test_whoever_trained_again_after_a_term_ran_out_is_certified_again():
    over = replace(
        HELD_BEFORE,
        certificates=(Certified("C-0", date(2023, 7, 21), ("wales",), date(2026, 7, 19)),),
    )
    assert why_not(replace(READY, enrolments=(over, ENROLLED)), TODAY) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (with_enrolment(award_on=None), "has not conferred the award"),
        (with_enrolment(award_on=date(2026, 8, 1)), "confers the award on Saturday 1 August 2026"),
        (
            with_enrolment(
                units={"england": (), "scotland": (Unit("Scots law"), Unit("Guardians"))}
            ),
            "Scotland: 2 units are still to be studied (Scots law; Guardians).",
        ),
        (
            with_enrolment(
                units={"england": (), "scotland": (Unit("Scots law", date(2026, 7, 21)),)}
            ),
            "Scotland: 1 unit is still to be studied",
        ),
        (
            with_enrolment(
                certificates=(
                    Certified("C-1", date(2026, 7, 16), ("england", "scotland"), date(2029, 7, 15)),
                )
            ),
            "C-1 was already issued on Thursday 16 July 2026",
        ),
        (with_enrolment(nations=()), "names no nation"),
        (
            replace(
                READY,
                enrolments=(
                    replace(
                        HELD_BEFORE,
                        certificates=(
                            Certified("C-0", date(2023, 7, 21), ("wales",), date(2026, 7, 19)),
                        ),
                    ),
                    ENROLLED,
                ),
                renewals=(Renewed(date(2026, 7, 1), term_ends_on=date(2026, 7, 19)),),
            ),
            "The renewal of certificate C-0, from another cohort, is being decided.",
        ),
        (
            replace(READY, enrolments=(HELD_BEFORE, ENROLLED)),
            "Certificate C-0, from another cohort, is valid until Monday 20 July 2026.",
        ),
        (
            replace(
                READY,
                enrolments=(
                    replace(
                        HELD_BEFORE,
                        certificates=(
                            Certified("C-0", date(2023, 7, 21), ("wales",), date(2026, 7, 19)),
                        ),
                    ),
                    ENROLLED,
                ),
                renewals=(Renewed(date(2026, 7, 1), date(2026, 7, 10), date(2029, 7, 19)),),
            ),
            "is valid until Thursday 19 July 2029.",
        ),
        (replace(READY, name="  "), "no name on file"),
        (replace(READY, posts=()), "no post on the employment register"),
        (
            replace(READY, posts=(replace(READY.posts[0], ends_on=date(2026, 7, 19)),)),
            "ended on Sunday 19 July 2026",
        ),
        (
            replace(READY, posts=(replace(READY.posts[0], starts_on=date(2026, 7, 21)),)),
            "The post at Harbour House begins on Tuesday 21 July 2026",
        ),
        (
            replace(READY, posts=(replace(READY.posts[0], nations=("wales",)),)),
            "in a nation of the study plan (England and Scotland)",
        ),
        (replace(READY, approvals={}), "Harbour House is not an approved organisation"),
        (
            replace(
                READY,
                approvals={1: ((date(2025, 8, 1), "approved"), (date(2026, 7, 20), "suspended"))},
            ),
            "not an approved organisation",
        ),
        (
            replace(READY, sanctions=(Decision(date(2026, 7, 1), "suspended"),)),
            "A suspension by the IMSA Model Hub is in force",
        ),
        (Facts(), "There is no enrolment."),
    ],
)
def test_each_reason_is_named_alone(facts, said):
    reasons = why_not(facts, TODAY)
    assert len(reasons) == 1 and said in reasons[0]


def test_a_nation_that_joined_since_is_no_reason_against():
    held = Certified("C-1", date(2026, 7, 16), ("england",), date(2029, 7, 15))
    assert why_not(with_enrolment(certificates=(held,)), TODAY) == []


def test_a_lifted_suspension_is_no_reason():
    lifted = (Decision(date(2026, 7, 1), "suspended"), Decision(date(2026, 7, 10), "restored"))
    assert why_not(replace(READY, sanctions=lifted), TODAY) == []


def test_all_reasons_are_named_together():
    everything = replace(
        READY,
        name="",
        posts=(),
        enrolments=(replace(ENROLLED, award_on=None, units={"england": (Unit("Core"),)}),),
    )
    assert len(why_not(everything, TODAY)) == 4


def test_the_units_are_those_the_courses_room_asks_for(db):
    """The two readings of “what is outstanding” must never part."""
    from certificates.accreditation.facts import outstanding_on
    from certificates.queries import facts_of
    from courses.models import Study, UnitVersion
    from courses.queries import outstanding

    from .scene import TODAY as day
    from .scene import at, enrol, person, programme

    who = person()
    enrolment = enrol(who, ("england", "scotland"))
    Study.objects.create(
        person=who, version=UnitVersion.objects.get(variant__key="scotland"), studied_at=at(day)
    )
    for on in (date(2025, 9, 1), date(2025, 9, 15), date(2026, 7, 19), day):
        for nation in enrolment.plan.nations:
            theirs = [v.unit.title for v in outstanding(who, programme(), nation, on=on)]
            assert [
                u.title for u in outstanding_on(on, facts_of(enrolment).enrolments[-1], nation)
            ] == theirs, (on, nation)
