"""Every model of ours says which of its columns are about a person, and why they are held."""
import pytest
from django.apps import apps

OURS = [m for m in apps.get_models() if m.__module__.split(".")[0] in {"lms", "courses", "cohorts", "assessments", "certificates"}]
PEOPLE = {"person", "marker", "enrolment", "asked_by", "granted_by", "owner"}


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_personal_data_is_declared(model):
    declared = model.__dict__.get("PERSONAL_DATA")
    assert declared is not None, f"{model._meta.label} declares no PERSONAL_DATA"
    fields = {f.name for f in model._meta.get_fields()}
    assert set(declared) <= fields, "it declares columns that are not there"
    assert all(why.strip() for why in declared.values())


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_nobody_is_marked_as_a_survivor(model):
    words = [f.name for f in model._meta.get_fields()]
    assert not [w for w in words if "survivor" in w or "lived" in w or "victim" in w]
