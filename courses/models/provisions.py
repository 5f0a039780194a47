"""The ledger of law: a section of an Act as it stood on the day it was read, and what it gives to somebody."""

import hashlib
import json

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import nations
from lms.kit.templatetags.kit import day

from ..states import Basis, Commencement
from .curriculum_stamp import Stamped

TAUGHT = ("act", "section", "title", "summary", "jurisdictions", "commencement")
# Taught as well, where an entry has them: a reading from before they were kept has the hash that it had.
TAUGHT_WHERE_THERE = ("extent", "commenced_on", "instrument", "rights")


def reading_hash(reading: dict) -> str:
    """The hash of what a reading of a provision teaches: not its dates, which change when somebody looks again."""
    taught = {name: reading[name] for name in TAUGHT} | {
        name: reading[name] for name in TAUGHT_WHERE_THERE if reading.get(name)
    }
    text = json.dumps(taught, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Provision(Stamped):
    """A section of an Act as it stood on `as_at`, the day it was read, with its source.

    `extent` and `instrument` are as printed beside it (“E+W”, “S.I. 2023/33, reg. 2”); `basis` is what the entry rests on, `read_at` where
    its text was read when that is not the official address, and `rights` what it gives to somebody: see `courses.rights`.
    """

    PERSONAL_DATA = {"owner": "who looks after it", "read_by": "who read it last"}

    key = models.SlugField(max_length=60, unique=True)
    act = models.CharField(max_length=200)
    section = models.CharField(max_length=60)
    jurisdictions = models.JSONField(default=list)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    rights = models.JSONField(default=list, blank=True)
    extent = models.CharField(
        max_length=20,
        blank=True,
        help_text=gettext_lazy("As printed beside the provision: U.K., E+W, S, N.I."),
    )
    commencement = models.CharField(max_length=16, choices=Commencement.choices)
    commenced_on = models.DateField(
        null=True, blank=True, help_text=gettext_lazy("The day from which it is law.")
    )
    instrument = models.CharField(
        max_length=160,
        blank=True,
        help_text=gettext_lazy("What brought it into force, as printed: “S.I. 2023/33, reg. 2”."),
    )
    source = models.URLField(max_length=400, help_text=gettext_lazy("Its official address."))
    basis = models.CharField(max_length=8, choices=Basis.choices, default=Basis.NOTES)
    read_at = models.URLField(
        max_length=400,
        blank=True,
        help_text=gettext_lazy("Where its text was read, when not at the official address."),
    )
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    as_at = models.DateField()
    review_by = models.DateField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said = models.CharField(
        max_length=64,
        default="",
        editable=False,
        help_text=gettext_lazy("Hash of what it teaches now."),
    )
    reading = models.PositiveIntegerField(
        default=1,
        editable=False,
        help_text=gettext_lazy("Goes up when the law changes, not when a slip is put right."),
    )

    class Meta:
        ordering = ["act", "section"]

    def as_it_stands(self) -> dict:
        """The reading as plain words, to be kept with a version."""
        return {
            "key": self.key,
            "act": self.act,
            "section": self.section,
            "title": self.title,
            "summary": self.summary,
            "jurisdictions": [code for code in nations.JURISDICTIONS if code in self.jurisdictions],
            "nation": self.jurisdiction_names,
            "commencement": self.commencement,
            "state": self.get_commencement_display(),
            "source": self.source,
            "as_at": str(self.as_at),
            "review_by": str(self.review_by),
            "reading": self.reading,
            **{name: value for name, value in self.where_there.items() if value},
        }

    @property
    def where_there(self) -> dict:
        """What not every entry has: left out of its reading where there is none, so that readings from before stay the same."""
        return {
            "extent": self.extent,
            "commenced_on": str(self.commenced_on or ""),
            "instrument": self.instrument,
            "rights": self.rights,
            "basis": self.basis if self.basis != Basis.NOTES else "",
            "read_at": self.read_at,
        }

    @property
    def is_own(self) -> bool:
        return self.basis == Basis.OWN

    @property
    def since(self) -> str:
        """“since Monday 30 January 2023, by S.I. 2023/33, reg. 2”, as far as it is known."""
        when = _("since %(day)s") % {"day": day(self.commenced_on)} if self.commenced_on else ""
        return ", ".join(
            filter(
                None,
                [
                    when,
                    self.instrument and _("by %(instrument)s") % {"instrument": self.instrument},
                ],
            )
        )

    @property
    def mark(self) -> str:
        """Another one as soon as the ledger says something else: who puts a slip right, or has read the source, saw this text."""
        return f"{self.reading}:{self.said[:16]}"

    def save(self, *args, **kwargs):
        self.said = reading_hash(self.as_it_stands())
        if (only := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*only, "said"}
        super().save(*args, **kwargs)

    @property
    def nations(self) -> list[str]:
        return nations.of_jurisdictions(self.jurisdictions)

    @property
    def jurisdiction_names(self):
        if {"england_wales", "scotland", "northern_ireland"} <= set(self.jurisdictions):
            return _("United Kingdom")
        return ", ".join(nations.JURISDICTIONS[j] for j in self.jurisdictions)

    def __str__(self):
        return f"{self.act}, {self.section}"
