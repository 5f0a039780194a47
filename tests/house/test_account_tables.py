"""Every column that leads to an account says what becomes of it when two accounts are joined (certificates/queries/account_tables.py)."""

from django.apps import apps

from certificates.actions.account_rows import EXCHANGES
from certificates.queries.account_hindrances import ACTS, LABELS, SILENT
from certificates.queries.account_tables import HIDDEN, KEEP, MOVE, RELATIONS, WEIGHTY
from lms.kit.triggers import append_only_tables
from lms.people.models import User


def relations():
    return {
        f"{model._meta.label}.{field.name}": model
        for model in apps.get_models(include_auto_created=True)
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.is_relation and field.related_model is User
    }


def test_every_relation_to_a_person_is_in_the_table():
    found = relations()
    assert not set(found) - set(RELATIONS), "say whether it moves or stays"
    assert not set(RELATIONS) - set(found), "gone, or renamed"
    assert set(RELATIONS.values()) == {MOVE, KEEP} and HIDDEN | WEIGHTY <= set(found)


def test_what_may_only_be_added_to_is_never_moved():
    sealed = set(append_only_tables())
    found = relations()
    assert not [
        name
        for name, how in RELATIONS.items()
        if how == MOVE and found[name]._meta.db_table in sealed
    ]


def test_what_the_hindrances_and_exchanges_name_is_there():
    for label, column, path in (*ACTS, *LABELS):
        apps.get_model(label)._base_manager.filter(**{column: None, path: None})
    assert SILENT <= {label for label, *_rest in (*ACTS, *LABELS)}
    for label, (same, where, columns, _says_more) in EXCHANGES.items():
        model = apps.get_model(label)
        assert RELATIONS[f"{label}.person"] == MOVE
        model._base_manager.filter(where).values(*same, *columns)
