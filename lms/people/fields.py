"""Columns that follow a person's name by themselves, so that the database can sort people and find them."""

from django.db import models

from lms.kit.letters import folded, sort_key


class NameColumn(models.CharField):
    """Made from the name each time that the row is written; compared letter by letter, whatever the database's language."""

    def __init__(self, *args, **kwargs):
        kwargs |= {"max_length": 620, "editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection):
        letter_by_letter = {"collation": "C"} if connection.vendor == "postgresql" else {}
        return super().db_parameters(connection) | letter_by_letter

    def pre_save(self, model_instance, add):
        setattr(
            model_instance,
            self.attname,
            self.compute(model_instance.first_name, model_instance.last_name),
        )
        return super().pre_save(model_instance, add)

    @staticmethod
    def compute(first: str, last: str) -> str:
        raise NotImplementedError


class SortKey(NameColumn):
    compute = staticmethod(sort_key)


class SearchKey(NameColumn):
    @staticmethod
    def compute(first: str, last: str) -> str:
        return folded(f"{first} {last}")
