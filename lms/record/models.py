"""The append-only record of deeds; it refuses to be edited, and shows when it was."""
import hashlib
import json

from django.db import models


class Entry(models.Model):
    """One deed. `hash` covers every other column and the hash before, so an edited, removed or
    moved line shows. Holds keys, never names: a person can be forgotten, a deed cannot."""

    PERSONAL_DATA = {"actor": "key of the person who acted; kept for the life of the record"}

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    deed = models.CharField(max_length=80, db_index=True)
    thing = models.CharField(max_length=120, db_index=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]
        verbose_name = "record entry"
        verbose_name_plural = "record entries"

    def digest(self) -> str:
        """SHA-256 of the entry's content and of the hash before it, in one fixed spelling."""
        content = [
            self.number, self.at.isoformat(), self.actor, self.deed, self.thing,
            self.before, self.after, self.reason, self.previous_hash,
        ]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("The record is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The record is append-only.")


class Head(models.Model):
    """The end of the chain: one row, locked by whoever writes next."""

    PERSONAL_DATA = {}

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    at = models.DateTimeField(null=True, help_text="The latest time of an entry: no deed is dated before it.")
