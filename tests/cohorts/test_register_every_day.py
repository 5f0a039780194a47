"""Any sequence of what can happen to posts gives for every day the answer that a plain reading of the entries gives."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.approvals.actions import decide_approval
from cohorts.employment import register
from cohorts.employment.actions import confirm_post, end_post, reopen_post
from cohorts.employment.entering import (
    change_post,
    enter_post,
    record_leave_from_post,
    void_post,
)
from cohorts.employment.models import Employment, EmploymentLine
from lms.kit.refusals import Refused

FIRST = date(2025, 7, 8)
DAYS = [FIRST + timedelta(n) for n in range(-6, 46)]
day = st.integers(0, 40).map(lambda n: FIRST + timedelta(n))
which = st.integers(0, 3)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("enter"), which, day, st.none() | day),
        st.tuples(st.just("end"), which, day),
        st.tuples(st.just("reopen"), which),
        st.tuples(st.just("begin"), which, day),
        st.tuples(st.just("void"), which),
        st.tuples(st.just("leave"), which, day, st.none() | day),
        st.tuples(st.just("confirm"), which, day),
        st.tuples(st.just("suspend"), day),
    ),
    max_size=12,
)


class Plain:
    """Posts as a clerk would keep them in a book, by number: (first day, last day or None, is it struck out)."""

    def __init__(self):
        self.posts, self.titles = {}, []

    def open_on(self, when):
        return sorted(
            key
            for key, (first, last, struck) in self.posts.items()
            if not struck and first <= when and (last is None or when <= last)
        )

    def code_on(self, when):
        if self.open_on(when):
            return "in_post"
        left = [p for p in self.posts.values() if not p[2]]
        if not left:
            return "voided" if self.posts else "no_post"
        return "not_begun" if any(first > when for first, _last, _struck in left) else "ended"


def live(step, book, person, organisation, officer):
    """One step in the register, and, if it was not refused, in the book."""
    what, *rest = step
    try:
        if what == "suspend":
            decide_approval(organisation, "suspended", rest[0], "why", by=officer)
            decide_approval(organisation, "approved", rest[0], "why", by=officer)
            return
        number, *rest = rest
        if what == "enter":
            first, last = rest
            there = register.posts_of(person.pk)
            line = enter_post(
                person,
                organisation,
                by=officer,
                post=f"Post {number}",
                nations=["england"],
                starts_on=first,
                ends_on=last,
            )
            if line.employment.reference not in {post.reference for post in there}:
                book.posts[line.employment.reference] = [first, last, False]
            return
        entries = list(Employment.objects.filter(person=person).order_by("pk"))
        if number >= len(entries):
            return
        entry, post = entries[number], book.posts[entries[number].reference]
        if what == "end":
            end_post(entry, rest[0], by=officer, reason="x")
            post[1] = rest[0]
        elif what == "reopen":
            reopen_post(entry, by=officer, reason="x")
            post[1] = None
        elif what == "begin":
            change_post(entry, by=officer, reason="x", starts_on=rest[0])
            post[0] = rest[0]
        elif what == "void":
            void_post(entry, by=officer, reason="x")
            post[2] = True
        elif what == "leave":
            record_leave_from_post(entry, *rest, by=officer)
        elif what == "confirm":
            confirm_post(entry, by=officer, on=rest[0])
    except Refused:
        return


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_every_day_is_answered_as_a_plain_reading_answers_it(
    steps, trainee, organisation, officer, by
):
    with transaction.atomic():
        decide_approval(organisation, "approved", FIRST, "", by=by)
        book = Plain()
        for step in steps:
            live(step, book, trainee, organisation, officer)
        for when in DAYS:
            answer = register.employment_on(trainee, when)
            assert sorted(p.reference for p in answer.posts) == book.open_on(when), (when, steps)
            assert answer.code == book.code_on(when), (when, steps)
            assert (answer.post is None) == (answer.code == "no_post") and answer.reason
        # One number for each line, none is missing, and nothing that was written has changed.
        for entry in Employment.objects.filter(person=trainee):
            numbers = list(entry.lines.order_by("number").values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))
        assert not EmploymentLine.objects.filter(starts_on__lt=FIRST).exists()
        transaction.set_rollback(True)
