"""Tables derived for lists: they may be emptied at any moment and are made again; no check reads them."""

from django.db import models
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment

from .certificates import PERSON


class Stretch(models.Model):
    """Days on which one person's standing, or one enrolment's certificate that waits, is the same, as the facts are known now.

    Both ends count; without an end it is `date.max`. For a standing `enrolment` is the person's newest.
    """

    PERSONAL_DATA = {
        "person": "whose standing; derived, remade from the facts",
        "enrolment": "their newest, or the one whose certificate waits",
        "code": "the standing, or how far the certificate is",
    }

    subject = models.CharField(max_length=10, help_text=gettext_lazy("“standing” or “issue”."))
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    from_day = models.DateField()
    until_day = models.DateField()
    code = models.CharField(max_length=30)

    class Meta:
        verbose_name_plural = gettext_lazy("stretches")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "enrolment", "from_day"], name="one_stretch_begins_on_a_day"
            )
        ]
        indexes = [
            # For the counts of one day: nothing but the index is read, and of it no stretch that is over.
            models.Index(
                fields=["subject", "until_day", "from_day", "code"], name="stretches_of_a_day"
            ),
            models.Index(fields=["person", "subject"], name="stretches_of_a_person"),
        ]


class StretchBasis(models.Model):
    """Whose stretches are made, from what (a hash of the facts), and whether an action has touched them since."""

    PERSONAL_DATA = {"person": "whose stretches are kept"}

    person = models.OneToOneField(
        PERSON, on_delete=models.CASCADE, primary_key=True, related_name="stretch_basis"
    )
    digest = models.CharField(max_length=64, default="")
    is_stale = models.BooleanField(default=True)
    touches = models.PositiveBigIntegerField(
        default=0,
        help_text=gettext_lazy(
            "How often an action touched the facts: one that came while they were judged shows."
        ),
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["person"], condition=models.Q(is_stale=True), name="stale_stretches"
            )
        ]


class StretchMark(models.Model):
    """How far the record is followed, how far the comparison with the judgement has come, and which stretches these are: one row."""

    PERSONAL_DATA = {}

    position = models.BigIntegerField(
        default=-1,
        help_text=gettext_lazy("The first leaf of the record's log that is still to be followed."),
    )
    compared_on = models.DateField(
        null=True, help_text=gettext_lazy("The last day on which everybody was compared.")
    )
    compared_to = models.BigIntegerField(
        default=0, help_text=gettext_lazy("The last person compared in the round that runs.")
    )
    differing = models.PositiveIntegerField(
        default=0, help_text=gettext_lazy("People of the round whose stretches were not as judged.")
    )
    version = models.CharField(
        max_length=32,
        default="",
        help_text=gettext_lazy(
            "Another with each change of the stretches: what was counted of this one holds."
        ),
    )
