"""Typed work goes five years after the course, and a declared reference a year after the marker; what was handed in and what was marked stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.marking.actions.interests import declare_interest, drop_old_interests
from assessments.marking.models import DeclaredInterest
from assessments.setting.models import AssessmentVersion
from assessments.taking.actions.texts import clear_old_texts, save_text
from assessments.taking.models import Submission
from assessments.taking.text_models import TextVersion, WorkText
from lms.kit import clock
from lms.people.models import RoleGrant
from lms.record.models import Entry

from .scene import OP

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def five_years_after(scene, days):
    last = scene.cohort.ends_on
    noon = timezone.datetime(last.year + 5, last.month, last.day, 12)
    return clock.at(timezone.make_aware(noon) + timedelta(days=days))


def test_typed_work_goes_five_years_after_the_course(scene):
    handed_in = scene.hand_in(scene.portfolio)
    AssessmentVersion.objects.filter(assessment=scene.essay).update(submission_type="text")
    save_text(scene.essay, scene.enrolment, "A first paragraph of some words.", by=scene.author)
    with five_years_after(scene, 0):
        assert clear_old_texts(by=OP) == 0
    assert TextVersion.objects.count() == 1 and WorkText.objects.get().text
    with five_years_after(scene, 1):
        assert [clear_old_texts(by=OP) for _twice in range(2)] == [2, 0]
    assert not TextVersion.objects.exists() and WorkText.objects.get().text == ""
    assert Submission.objects.get(pk=handed_in.pk).original == handed_in.original
    actions = {"assessments.drop_old_versions", "assessments.clear_old_texts"}
    assert set(Entry.objects.filter(action__in=actions).values_list("action", flat=True)) == actions


def test_a_reference_goes_a_year_after_the_last_role_of_the_marker(scene):
    near = declare_interest(reference="REF-ZQ-998877", by=scene.helen)
    cohort = declare_interest(cohort=scene.cohort, by=scene.helen)
    still = declare_interest(reference="REF-ZQ-998877", by=scene.tomasz)
    today = clock.today()
    for days, kept in ((364, 3), (367, 2)):
        RoleGrant.objects.filter(person=scene.helen).update(
            starts_on=today - timedelta(days=900), ends_on=today - timedelta(days=days)
        )
        assert [drop_old_interests(by=OP) for _twice in range(2)] == [3 - kept, 0]
    assert set(DeclaredInterest.objects.values_list("pk", flat=True)) == {cohort.pk, still.pk}
    assert not DeclaredInterest.objects.filter(pk=near.pk).exists()
