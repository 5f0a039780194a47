"""What kinds of posts there are, and what an officer can have seen of one."""

from django.db import models
from django.utils.translation import gettext_lazy


class PostKind(models.TextChoices):
    PERMANENT = "permanent", gettext_lazy("Permanent")
    FIXED_TERM = "fixed_term", gettext_lazy("Fixed term")
    SECONDMENT = "secondment", gettext_lazy("Secondment from another employer")
    BANK = "bank", gettext_lazy("Bank or sessional")
    VOLUNTEER = "volunteer", gettext_lazy("Volunteer")
    OTHER = "other", gettext_lazy("Other")


class EvidenceKind(models.TextChoices):
    """Each is a fact about what was seen; no document is kept, and never one of a criminal record check."""

    CONTRACT = "contract", gettext_lazy("Contract or statement of terms")
    LETTER = "letter", gettext_lazy("Letter or email from the employer")
    CALL = "call", gettext_lazy("Call to the employer on a number of their own")
    SYSTEM = "system", gettext_lazy("The employer’s HR system")
    VETTING = (
        "vetting",
        gettext_lazy("The employer’s word that a DBS, PVG or AccessNI check was done"),
    )
