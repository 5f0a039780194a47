"""The design of the certificate while it is being written: one row, and every draft of it kept as Wagtail keeps revisions."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import RevisionMixin


class Design(RevisionMixin, models.Model):
    """What Hub officers write before they publish it; certificates are drawn with a DesignVersion, never with this."""

    PERSONAL_DATA = {
        "signatories": "name, office and signature of those who are to sign; with the drafts"
    }
    ONLY = 1

    wording = models.JSONField(
        default=dict, help_text=gettext_lazy("Language to the words of each place.")
    )
    signatories = models.JSONField(default=list, blank=True)
    shows_nations = models.BooleanField(default=True)

    class Meta:
        verbose_name = gettext_lazy("certificate design")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="there_is_one_design")]

    def __str__(self):
        return _("Certificate design")
