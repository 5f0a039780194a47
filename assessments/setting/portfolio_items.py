"""What a version of a portfolio asks somebody at work to confirm."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from .models import AssessmentVersion


class PortfolioItem(models.Model):
    """What somebody at work confirms of a portfolio, such as a competency. Its key stays from version to version."""

    PERSONAL_DATA = {}

    SUPERVISOR, WITNESS = "supervisor", "witness"
    SIGNERS = [
        (SUPERVISOR, gettext_lazy("A workplace supervisor")),
        (WITNESS, gettext_lazy("A witness")),
    ]

    version = models.ForeignKey(AssessmentVersion, on_delete=models.PROTECT, related_name="items")
    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, max_length=2000)
    signer = models.CharField(max_length=12, choices=SIGNERS, default=SUPERVISOR)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = gettext_lazy("portfolio item")
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_portfolio_item_per_key"),
            models.CheckConstraint(
                condition=Q(signer__in=["supervisor", "witness"]), name="portfolio_signer_there_is"
            ),
        ]
