"""How people want to be reached: what they choose themselves, and notes that only named officers open. Everyone has the same pages, so that
having one says nothing; the words are encrypted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock


class Way(models.TextChoices):
    """By what the office may reach somebody."""

    MESSAGE = (
        "message",
        gettext_lazy("A message on this site, with an email that says there is one"),
    )
    EMAIL = "email", gettext_lazy("An email that only asks you to call back or sign in")
    TELEPHONE = "telephone", gettext_lazy("Telephone")
    POST = "post", gettext_lazy("Post")


class ContactPreference(models.Model):
    """What one person chose; no row for somebody who chose nothing."""

    PERSONAL_DATA = {
        "person": "who chose it",
        "ways": "by what the office may reach them; until they change it or leave",
        "encrypted_words": "telephone number, postal address, hours, language, name to ask for; encrypted, until they change it or leave",
        "leaves_no_message": "that no one leaves a message on the telephone",
    }

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contact_preference"
    )
    ways = models.JSONField(default=list, blank=True)
    encrypted_words = models.TextField(blank=True)
    leaves_no_message = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return f"Contact preference {self.pk}"


class SafeContactNotes(models.QuerySet):
    def visible_to(self, user):
        """The person it is about, who wrote it and who is named: that it exists. Whether they may open it is `may_open_note`."""
        return self.filter(
            models.Q(person=user.pk) | models.Q(author=user.pk) | models.Q(readers__reader=user.pk)
        ).distinct()

    def current(self):
        return self.filter(removed_at=None)


class SafeContactNote(models.Model):
    """How somebody can be reached safely; opened by the officers it names, each time with a reason."""

    PERSONAL_DATA = {
        "person": "whom it is about, and who reads it always",
        "author": "who wrote it",
        "encrypted_text": "how to reach them safely; encrypted, emptied when it is removed or they leave",
        "removed_by": "key of who removed it",
    }

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="safe_contact_notes"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    encrypted_text = models.TextField(blank=True)
    token = models.CharField(
        max_length=40, help_text=gettext_lazy("Of the form, so that pressing twice is once.")
    )
    written_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=80, blank=True)

    objects = SafeContactNotes.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["author", "token"], name="one_note_per_form"),
            models.CheckConstraint(
                condition=models.Q(removed_at=None) | models.Q(encrypted_text=""),
                name="removed_note_is_empty",
            ),
        ]

    def __str__(self):
        return f"Note {self.pk}"


class SafeContactReader(models.Model):
    """An officer who may open a note."""

    PERSONAL_DATA = {"reader": "who may open it"}

    note = models.ForeignKey(SafeContactNote, on_delete=models.CASCADE, related_name="readers")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "reader"], name="named_once_per_note"),
        ]

    def __str__(self):
        return f"Reader {self.pk}"


class SafeContactOpening(models.Model):
    """That an officer opened a note, when and why; the person reads it. Added, never changed."""

    PERSONAL_DATA = {
        "opener": "who opened it",
        "encrypted_reason": "why, in their words; the person reads it",
    }

    note = models.ForeignKey(SafeContactNote, on_delete=models.PROTECT, related_name="openings")
    opener = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    encrypted_reason = models.TextField()
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-opened_at", "-pk"]

    def __str__(self):
        return f"Opening {self.pk}"
