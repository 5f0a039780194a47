"""Enrolling, approving and keeping the register: each action once, each refusal without a trace."""

from datetime import date

import pytest

from cohorts.approvals.actions import decide_approval
from cohorts.employment.actions import confirm_post, end_post, record_post, reopen_post
from cohorts.employment.entering import (
    change_post,
    enter_post,
    record_leave_from_post,
    void_post,
)
from cohorts.employment.models import EmploymentLine, Remark
from cohorts.enrolment.actions import (
    change_nations,
    complete,
    correct_enrolled_on,
    enrol,
    interrupt,
    leave,
    make_cohort,
    resume,
)
from cohorts.enrolment.models import Enrolment
from cohorts.imports.actions import check_import
from cohorts.organisations.actions import add_contact, add_organisation, end_contact
from cohorts.organisations.models import Contact
from cohorts.organisations.queries import approval_on, approvals_of
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.kit.transitions import IllegalTransition
from lms.people.models import Notice, Role
from lms.people.roles import has_role
from lms.record.checking import check
from lms.record.models import Entry

START = date(2025, 9, 22)
pytestmark = pytest.mark.django_db


def test_enrolling_opens_the_plan_gives_the_number_and_the_role_and_says_so(enrolment, trainee):
    trainee.refresh_from_db()
    assert enrolment.plan.nations == ["scotland"] and enrolment.plan.opened_on == START
    assert trainee.imsa_number and has_role(trainee, Role.LEARNER)
    notice = Notice.objects.get(person=trainee)
    assert trainee.imsa_number in notice.body and "Scotland" in notice.body
    assert Entry.objects.filter(action="cohorts.enrol").count() == 1


def test_enrolling_twice_is_once(enrolment, cohort, trainee, by, unchanged):
    watch = unchanged()
    assert enrol(cohort, trainee, ["scotland"], "S-1", by=by, enrolled_on=START) == enrolment
    watch.check()


def test_nobody_has_two_places_on_one_programme(
    enrolment, programme, cohort, trainee, person_with, by, unchanged
):
    second = make_cohort(
        "IMSA-2026-09", "Next", programme, date(2026, 9, 21), date(2027, 9, 30), by=by
    )
    other = person_with(email="other@test.example")
    watch = unchanged()
    for where, who, reference, words in (
        (second, trainee, "S-2", "is studying this programme in Pilot intake"),
        (cohort, trainee, "S-2", "already, as S-1"),
        (cohort, other, "S-1", "belongs to another enrolment"),
    ):
        with pytest.raises(Refused, match=words):
            enrol(where, who, ["scotland"], reference, by=by, enrolled_on=START)
    with pytest.raises(Refused, match="at least one of the four nations"):
        enrol(cohort, other, ["narnia"], "S-3", by=by, enrolled_on=START)
    with pytest.raises(Refused, match="no one can join it after that"):
        enrol(cohort, other, ["wales"], "S-3", by=by, enrolled_on=date(2026, 10, 1))
    watch.check()
    leave(enrolment, by=by, on=date(2026, 8, 1))
    assert enrol(
        second, trainee, ["wales"], "S-2", by=by, enrolled_on=date(2026, 9, 21)
    ).plan.nations == ["wales"]


def test_changed_nations_reach_the_plan_and_the_person(enrolment, by, trainee):
    change_nations(enrolment, ["scotland", "england"], by=by, reason="moved")
    change_nations(enrolment, ["england", "scotland"], by=by)
    assert Enrolment.objects.get().plan.nations == ["england", "scotland"]
    entry = Entry.objects.get(action="cohorts.change_nations")
    assert (entry.before, entry.after, entry.reason) == (["scotland"], ["england", "scotland"], "")
    assert [(r.about, r.action, r.text) for r in Remark.objects.all()] == [
        (f"cohorts.enrolment:{enrolment.pk}", "cohorts.change_nations", "moved")
    ]
    assert (
        Notice.objects.filter(person=trainee, subject__contains="England and Scotland").count() == 1
    )


def test_other_nations_are_told_to_the_other_registrars_once_and_not_to_who_changed_them(
    enrolment, registrar, person_with, officer, trainee
):
    other = person_with(Role.REGISTRAR, email="second@test.example")
    for _twice in range(2):
        change_nations(enrolment, ["england"], by=registrar, reason="a new post in Kent")
    told = Notice.objects.filter(url=f"/registry/cohorts/IMSA-2025-09/{enrolment.pk}/")
    assert [n.person for n in told] == [other]
    assert "was for Scotland. It is now for England" in told[0].body
    assert trainee.full_name in told[0].subject and "Kent" not in told[0].body
    assert Notice.objects.filter(person=trainee, subject__contains="England").count() == 1


def test_leave_of_absence_and_leaving(enrolment, by, unchanged):
    assert interrupt(enrolment, by=by).state == "interrupted"
    watch = unchanged()
    interrupt(enrolment, by=by)
    with pytest.raises(Refused, match="no one can leave before that"):
        leave(enrolment, by=by, on=date(2025, 9, 1))
    watch.check()
    resume(enrolment, by=by)
    leave(enrolment, by=by, on=date(2026, 1, 30), reason="a new post elsewhere")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.left_on, enrolment.plan.closed_on) == (
        "left",
        date(2026, 1, 30),
        date(2026, 1, 30),
    )
    watch = unchanged()
    leave(enrolment, by=by)
    for action in (resume, interrupt, complete):
        with pytest.raises(IllegalTransition):
            action(enrolment, by=by)
    with pytest.raises(Refused, match="can no longer change"):
        change_nations(enrolment, ["wales"], by=by)
    watch.check()


def test_who_is_on_leave_completes_what_a_board_finds_passed(enrolment, by):
    interrupt(enrolment, by=by)
    assert complete(enrolment, by=by).state == "completed"


def test_completing_keeps_the_units_open(enrolment, by):
    complete(enrolment, by=by)
    enrolment.refresh_from_db()
    assert enrolment.state == "completed" and enrolment.plan.closed_on is None


def test_a_cohort_is_made_once(cohort, programme, by, unchanged):
    watch = unchanged()
    assert (
        make_cohort("imsa-2025-09", "Pilot intake", programme, START, date(2026, 9, 30), by=by)
        == cohort
    )
    with pytest.raises(Refused, match="already a cohort"):
        make_cohort("IMSA-2025-09", "Another", programme, START, date(2026, 9, 30), by=by)
    with pytest.raises(Refused, match="ends after it starts"):
        make_cohort("X", "Another", programme, START, START, by=by)
    watch.check()


# ---- organisations ----


def decide(organisation, action, day, by, reason="because"):
    return decide_approval(organisation, action, day, reason, by=by)


def test_decisions_follow_each_other(organisation, by, unchanged):
    watch = unchanged()
    for action in ("suspended", "ended"):
        with pytest.raises(Refused, match="cannot come next"):
            decide(organisation, action, date(2025, 7, 8), by)
    watch.check()
    first = decide(organisation, "approved", date(2025, 7, 8), by)
    watch = unchanged()
    assert decide(organisation, "approved", date(2025, 7, 8), by) == first
    with pytest.raises(Refused, match="cannot come next"):
        decide(organisation, "approved", date(2025, 8, 8), by)
    with pytest.raises(Refused, match="cannot count from an earlier day"):
        decide(organisation, "suspended", date(2025, 7, 7), by)
    with pytest.raises(Refused, match="Say why"):
        decide(organisation, "suspended", date(2025, 12, 1), by, reason=" ")
    watch.check()
    decide(organisation, "suspended", date(2025, 12, 1), by)
    decide(organisation, "approved", date(2025, 12, 8), by)
    decide(organisation, "ended", date(2026, 1, 1), by)


@pytest.mark.parametrize("action", ["approved", "suspended", "ended"])
def test_an_end_to_come_never_stands_in_the_way_of_a_decision_today(
    organisation, by, officer, unchanged, action
):
    today, far = date(2025, 11, 3), date(2036, 12, 1)
    with clock.at(today):
        add_contact(officer, organisation, by=by, starts_on=date(2025, 7, 8))
        decide(organisation, "approved", date(2025, 7, 8), by)
        decide(organisation, "ended", far, by)
        made = decide(organisation, action, today, by)
        assert (made.action, made.from_day) == (action, today)
        lines = approvals_of([organisation.pk])[organisation.pk]
        assert lines == [(date(2025, 7, 8), "approved"), (today, action)]
        assert approval_on(lines, far) == (today, action)
        told = Notice.objects.filter(person=officer).order_by("pk").last().body
        assert (
            "The decision to end approval from Monday 1 December 2036 is replaced by this one."
            in told
        )
        watch = unchanged()
        assert decide(organisation, action, today, by) == made
        with pytest.raises(Refused, match="cannot come next"):
            decide(organisation, action, date(2025, 11, 4), by)
        with pytest.raises(Refused, match="cannot count from an earlier day"):
            decide(organisation, "ended", date(2025, 11, 2), by)
        watch.check()


def test_a_decision_follows_the_one_in_force_on_its_day(organisation, by, unchanged):
    with clock.at(date(2025, 11, 3)):
        decide(organisation, "approved", date(2025, 12, 1), by)
        watch = unchanged()
        with pytest.raises(Refused, match="cannot come next"):
            decide(organisation, "ended", date(2025, 11, 30), by)
        watch.check()
        decide(organisation, "suspended", date(2025, 12, 1), by)


def test_contacts_hear_of_a_decision_and_former_ones_do_not(organisation, by, person_with, officer):
    gareth, former = person_with(email="g@test.example"), person_with(email="f@test.example")
    with clock.at(date(2025, 11, 3)):
        contact = add_contact(gareth, organisation, by=officer, starts_on=date(2025, 7, 8))
        assert add_contact(gareth, organisation, by=officer, starts_on=date(2025, 7, 9)) == contact
        end_contact(
            add_contact(former, organisation, by=by, starts_on=date(2025, 7, 8)),
            date(2025, 11, 2),
            by=by,
        )
        decide(organisation, "approved", date(2025, 12, 1), officer)
        assert has_role(gareth, Role.EMPLOYER)
    assert (
        Notice.objects.filter(
            person=gareth,
            subject="Lanternby Advocacy is approved",
            body__contains="Monday 1 December 2025",
        ).count()
        == 1
    )
    assert not Notice.objects.filter(person=former, subject__contains="is approved").exists()
    assert Contact.objects.filter(ends_on=None).count() == 1


def test_an_organisation_is_added_once(organisation, by, unchanged):
    watch = unchanged()
    assert (
        add_organisation("org-01", "Lanternby Advocacy", ["england"], "Housing", by=by)
        == organisation
    )
    for code, name in (
        ("ORG-01", "Other"),
        ("ORG-09", "lanternby advocacy"),
        ("ORG-10", "x" * 151),
    ):
        with pytest.raises(Refused):
            add_organisation(code, name, ["wales"], "", by=by)
    watch.check()


# ---- the register ----


def test_a_line_is_added_only_when_something_differs(post, trainee, organisation, by, unchanged):
    facts = dict(
        nations=["scotland"],
        starts_on=date(2025, 9, 1),
        line_manager="boss@lanternby.example",
        confirmed_on=date(2025, 9, 1),
    )
    watch = unchanged()
    same = record_post(
        "ER-1", trainee, organisation, "Advocate", ends_on=None, by=by, source="again", **facts
    )
    assert same == post
    watch.check()
    ended = record_post(
        "ER-1",
        trainee,
        organisation,
        "Advocate",
        ends_on=date(2025, 11, 30),
        by=by,
        source="again",
        **facts,
    )
    assert (ended.number, EmploymentLine.objects.count()) == (2, 2)
    post.refresh_from_db()
    assert post.ends_on is None


def test_ending_a_post_tells_the_person_and_the_employer(
    post, trainee, organisation, person_with, officer, unchanged
):
    gareth = person_with(email="g@test.example")
    add_contact(gareth, organisation, by=officer, starts_on=date(2025, 7, 8))
    watch = unchanged()
    with pytest.raises(Refused, match="Say why"):
        end_post(post.employment, date(2025, 11, 30), by=officer, reason=" ")
    with pytest.raises(Refused, match="cannot be earlier"):
        end_post(post.employment, date(2025, 8, 31), by=officer, reason="left")
    watch.check()
    line = end_post(post.employment, date(2025, 11, 30), by=officer, reason="left")
    assert end_post(post.employment, date(2025, 11, 30), by=officer, reason="left") == line
    assert Entry.objects.filter(action="cohorts.end_post", reason="").count() == 1
    assert [(r.about, r.text) for r in Remark.objects.all()] == [
        (f"cohorts.employment:{post.employment_id}", "left")
    ]
    for person in (trainee, gareth):
        assert (
            Notice.objects.filter(person=person, body__contains="Sunday 30 November 2025").count()
            == 1
        )
    again = reopen_post(post.employment, by=officer, reason="wrong person")
    assert (again.number, again.ends_on) == (3, None)


def test_a_post_cannot_be_confirmed_in_advance_or_backwards(post, by, unchanged):
    with clock.at(date(2025, 11, 3)):
        watch = unchanged()
        with pytest.raises(Refused, match="has not come"):
            confirm_post(post.employment, by=by, on=date(2025, 11, 4))
        assert confirm_post(post.employment, by=by, on=date(2025, 8, 1)) == post
        watch.check()
        assert confirm_post(post.employment, by=by).confirmed_on == date(2025, 11, 3)


def test_the_record_stays_whole_and_holds_no_name(enrolment, post, by):
    end_post(post.employment, date(2025, 11, 30), by=by, reason="left")
    assert check()["whole"]
    for entry in Entry.objects.all():
        assert "NicDh" not in f"{entry.before}{entry.after}{entry.thing}{entry.actor}"


def test_why_is_kept_where_it_can_be_erased_and_never_in_the_record(
    enrolment, post, officer, registrar, unchanged
):
    why = "A long illness"
    change_nations(enrolment, ["wales"], by=registrar, reason=why)
    interrupt(enrolment, by=registrar, reason=why)
    resume(enrolment, by=registrar, reason=why)
    leave(enrolment, by=registrar, on=date(2026, 1, 30), reason=why)
    end_post(post.employment, date(2026, 1, 30), by=officer, reason=why)
    reopen_post(post.employment, by=officer, reason=why)
    change_post(post.employment, by=officer, reason=why, post="Other work")
    record_leave_from_post(post.employment, date(2025, 12, 1), None, by=officer, reason=why)
    void_post(post.employment, by=officer, reason=why)
    decide_approval(post.organisation, "approved", date(2025, 7, 8), "", by=officer)
    enter_post(
        post.employment.person,
        post.organisation,
        by=officer,
        post="Advocate",
        nations=["england"],
        starts_on=date(2025, 9, 1),
        reason=why,
    )
    dated = {"schedule_change", "change_return", "cancel_change", "reinstate", "transfer"}
    dated = {f"cohorts.{action}" for action in dated}  # test_status_changes.py
    assert sorted(Remark.objects.values_list("action", flat=True)) == sorted(
        action for action, _ in Remark.ACTIONS if action not in dated
    )
    assert set(Remark.objects.values_list("text", "written_by")) == {
        (why, registrar.record_label),
        (why, officer.record_label),
    }
    for entry in Entry.objects.all():
        assert (
            "illness" not in f"{entry.before}{entry.after}{entry.thing}{entry.actor}{entry.reason}"
        )
    watch = unchanged()
    leave(enrolment, by=registrar, reason=why)
    void_post(post.employment, by=officer, reason=why)
    watch.check()
    Remark.objects.all().delete()
    assert check()["whole"]


def test_a_refused_action_leaves_no_remark(enrolment, by, unchanged):
    leave(enrolment, by=by, on=date(2026, 1, 30))
    watch = unchanged()
    for action in (interrupt, resume):
        with pytest.raises(IllegalTransition):
            action(enrolment, by=by, reason="A long illness")
    watch.check()


# ---- who may ----


def test_each_action_asks_who_does_it(
    enrolment,
    post,
    cohort,
    programme,
    organisation,
    trainee,
    registrar,
    officer,
    person_with,
    unchanged,
):
    tutor, employer = person_with(Role.TUTOR), person_with(Role.EMPLOYER)
    contact = add_contact(employer, organisation, by=officer, starts_on=START)
    anybody = (tutor, employer, trainee)
    cases = [
        (
            (*anybody, officer),
            lambda by: make_cohort("X", "X", programme, START, date(2026, 1, 1), by=by),
        ),
        (anybody, lambda by: interrupt(enrolment, by=by)),
        (anybody, lambda by: resume(enrolment, by=by)),
        (anybody, lambda by: leave(enrolment, by=by)),
        ((*anybody, officer), lambda by: complete(enrolment, by=by)),
        (
            anybody,
            lambda by: enrol(cohort, tutor, ["wales"], "S-2", by=by, enrolled_on=START),
        ),
        (anybody, lambda by: change_nations(enrolment, ["wales"], by=by)),
        (anybody, lambda by: correct_enrolled_on(enrolment, date(2025, 9, 23), by=by)),
        (
            (*anybody, registrar),
            lambda by: add_organisation("O", "O", ["wales"], "", by=by),
        ),
        ((*anybody, registrar), lambda by: decide(organisation, "approved", START, by)),
        (
            (*anybody, registrar),
            lambda by: add_contact(tutor, organisation, by=by, starts_on=START),
        ),
        ((*anybody, registrar), lambda by: end_contact(contact, START, by=by)),
        (anybody, lambda by: end_post(post.employment, START, by=by, reason="x")),
        (anybody, lambda by: reopen_post(post.employment, by=by, reason="x")),
        (anybody, lambda by: confirm_post(post.employment, by=by)),
        (
            anybody,
            lambda by: record_post(
                "N", tutor, organisation, "P", ["wales"], START, None, "", None, by=by, source="x"
            ),
        ),
        (anybody, lambda by: check_import("cohort", "x.csv", b"x", by=by)),
    ]
    watch = unchanged()
    for refused, action in cases:
        for who in refused:
            with pytest.raises(NotAllowed):
                action(who)
    watch.check()


def test_one_sees_ones_own_enrolment_only(enrolment, trainee, person_with, registrar, officer):
    assert list(Enrolment.objects.visible_to(trainee)) == [enrolment]
    for who in (registrar, officer):
        assert list(Enrolment.objects.visible_to(who)) == [enrolment]
    for who in (
        person_with(Role.TUTOR),
        person_with(Role.EMPLOYER),
        person_with(Role.EXTERNAL_EXAMINER),
    ):
        assert not Enrolment.objects.visible_to(who)
