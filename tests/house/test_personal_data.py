"""Every model of ours says which of its columns are about a person, and why they are held."""

import re

import pytest
from django.apps import apps
from django.db import models

OURS = [
    m
    for m in apps.get_models()
    if m.__module__.split(".")[0] in {"lms", "courses", "cohorts", "assessments", "certificates"}
]
# Whoever a row leads to is a person: directly, or by their place in a programme, their work, their post.
PEOPLE = {
    "people.User",
    "cohorts.Enrolment",
    "cohorts.Employment",
    "courses.StudyPlan",
    "assessments.Attempt",
    "assessments.Submission",
    "assessments.QuizAttempt",
}
ACTED = re.compile(r"(^|_)by$")
# What looks like a person, or like words about one, and is neither; each with the reason.
NOBODY = {
    ("assessments.Appeal", "answer_by"): "a day",
    ("assessments.Appeal", "next_step_by"): "a day",
    ("assessments.Claim", "answer_by"): "a day",
    ("assessments.Claim", "evidence_by"): "a day",
    ("assessments.AssessmentVersion", "release_by"): "which office releases, and no person",
    ("assessments.MisconductCase", "reply_by"): "a day",
    ("certificates.Proposal", "reply_by"): "a day",
    ("courses.Provision", "review_by"): "a day",
    ("courses.Release", "finish_by"): "a day",
    ("courses.UnitPage", "review_by"): "a day",
    ("courses.UnitVersion", "review_by"): "a day",
    (
        "courses.Provision",
        "jurisdictions",
    ): "the law's; the person is the colleague who reads it again",
    ("courses.Provision", "summary"): "the law's; the person is the colleague who reads it again",
    ("courses.Provision", "rights"): "the law's; the person is the colleague who reads it again",
    ("courses.Suggestion", "we_did"): "what was changed, as everyone is told it",
    ("courses.ReaderNote", "prompt"): "the unit's question",
    ("courses.AnswerChallenge", "question"): "the unit's question",
}


def columns(model):
    """A model's own columns; what Wagtail's pages inherit is Wagtail's."""
    return [*model._meta.local_fields, *model._meta.local_many_to_many]


def is_to_somebody(field):
    return bool(
        field.is_relation and field.related_model and field.related_model._meta.label in PEOPLE
    )


def leads_to_somebody(field):
    return is_to_somebody(field) or bool(ACTED.search(field.name))


def says_something(field):
    """Free words and loose data: in a row about a person they are about that person."""
    return isinstance(field, models.TextField | models.JSONField)


def of_a_person(model):
    """The columns of a model that have to be declared."""
    about = any(is_to_somebody(f) and not ACTED.search(f.name) for f in columns(model))
    return {f.name for f in columns(model) if leads_to_somebody(f) or (about and says_something(f))}


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_personal_data_is_declared(model):
    declared = model.__dict__.get("PERSONAL_DATA")
    assert declared is not None, f"{model._meta.label} declares no PERSONAL_DATA"
    fields = {f.name for f in model._meta.get_fields()}
    assert set(declared) <= fields, "it declares columns that are not there"
    assert all(why.strip() for why in declared.values())


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_what_is_of_a_person_is_declared(model):
    excused = {name for label, name in NOBODY if label == model._meta.label}
    forgotten = of_a_person(model) - set(model.PERSONAL_DATA) - excused
    assert not forgotten, (
        f"{model._meta.label} holds {sorted(forgotten)} of a person and does not declare it"
    )
    assert not excused & set(model.PERSONAL_DATA), "declared and excused at once"


def test_every_excuse_is_of_a_column_that_is_there_and_has_its_reason():
    there = {(m._meta.label, f.name) for m in OURS for f in columns(m)}
    assert set(NOBODY) <= there and all(why.strip() for why in NOBODY.values())


def test_the_judge_knows_a_person_when_it_sees_one():
    """A check that finds nobody would pass for ever."""
    found = {(m._meta.label, name) for m in OURS for name in of_a_person(m)}
    assert {
        ("people.RoleGrant", "person"),
        ("people.RoleGrant", "granted_by"),
        ("assessments.Allocation", "marker"),
        ("assessments.Allocation", "marks"),
        ("assessments.Allocation", "comment"),
        ("assessments.MarkLine", "attempt"),
        ("assessments.MarkLine", "by"),
        ("assessments.Board", "sample_confirmed_by"),
        ("assessments.ExaminerReport", "examiner"),
        ("assessments.Award", "enrolment"),
        ("certificates.Check", "person"),
        ("certificates.Check", "answer"),
        ("certificates.Certificate", "issued_by"),
        ("certificates.Sanction", "decided_by"),
        ("certificates.Withholding", "decided_by"),
        ("cohorts.EmploymentLine", "employment"),
    } <= found


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_nobody_is_marked_as_a_survivor(model):
    words = [f.name for f in model._meta.get_fields()]
    assert not [w for w in words if "survivor" in w or "lived" in w or "victim" in w]
