"""The words of what is taught, each once a version: by them a search knows how a word is spelt."""

import re

from django.db import models

WORD = re.compile(r"[^\W\d_]{3,40}")


def words_in(text: str) -> set[str]:
    """The words of a plain text, in small letters; what is shorter than three letters or holds a figure is none."""
    return {word.casefold() for word in WORD.findall(text)}


class SearchWord(models.Model):
    """A word of a published version. Written when it is published (`actions/publishing.py`), never changed."""

    PERSONAL_DATA = {}

    version = models.ForeignKey(
        "courses.UnitVersion", on_delete=models.CASCADE, related_name="search_words"
    )
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "word"], name="one_word_of_a_version")
        ]
        indexes = [models.Index(fields=["word", "version"], name="versions_with_a_word")]

    def __str__(self):
        return self.word
