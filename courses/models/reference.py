"""Words and addresses that units draw upon, each with the day somebody looked."""

from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import nations


class Term(models.Model):
    """A word of the field, in a sentence or two."""

    PERSONAL_DATA = {}

    key = models.SlugField(max_length=60, unique=True)
    term = models.CharField(max_length=120)
    also = models.JSONField(
        default=list, blank=True, help_text=gettext_lazy("Other spellings, one on each line.")
    )
    meaning = models.TextField(max_length=600)
    nations = models.JSONField(
        default=list, blank=True, help_text=gettext_lazy("Empty: the whole United Kingdom.")
    )

    class Meta:
        ordering = ["term"]
        verbose_name = gettext_lazy("glossary term")

    def __str__(self):
        return self.term


class Helpline(models.Model):
    """Whom a survivor or an advocate can turn to."""

    PERSONAL_DATA = {}

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    nations = models.JSONField(default=list, validators=[nations.validate_nations])
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(
        gettext_lazy("opening hours"),
        max_length=200,
        blank=True,
        default="",
        help_text=gettext_lazy(
            "When somebody answers, as the source says, and the number for other hours."
        ),
    )
    web = models.URLField(max_length=400, blank=True)
    who_for = models.CharField(max_length=300)
    source = models.URLField(max_length=400, blank=True)
    checked_on = models.DateField(
        help_text=gettext_lazy("When somebody last saw that this is right.")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = gettext_lazy("contact or helpline")
        verbose_name_plural = gettext_lazy("contacts and helplines")

    def __str__(self):
        return self.name


class LinkCheck(models.Model):
    """What an external address answered when `check_links` last asked."""

    PERSONAL_DATA = {}

    address = models.URLField(max_length=600, unique=True)
    answer = models.CharField(max_length=200)
    is_broken = models.BooleanField(default=False)
    checked_at = models.DateTimeField()
