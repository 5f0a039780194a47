"""What survivor consultants would change in a unit, and what came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.transitions import state_field

from ..states import SUGGESTION_TRANSITIONS, SuggestionState
from .curriculum import UnitVersion


class Suggestions(models.QuerySet):
    def visible_to(self, user):
        """One's own; tutors and authors see all."""
        from lms.people.models import Role
        from lms.people.roles import has_role

        if has_role(user, Role.TUTOR, Role.AUTHOR):
            return self
        return self.filter(person_id=user.pk)


class Suggestion(models.Model):
    """What a survivor consultant would change in a unit, and what came of it."""

    PERSONAL_DATA = {
        "person": "who suggested it",
        "text": "their words",
        "answer": "what was answered",
        "answered_by": "who answered",
        "you_said": "in words they agreed to, without a name",
    }
    TRANSITIONS = SUGGESTION_TRANSITIONS

    version = models.ForeignKey(UnitVersion, on_delete=models.PROTECT, related_name="suggestions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="suggestions"
    )
    text = models.TextField(max_length=4000)
    offered_at = models.DateTimeField(default=clock.now)
    state = state_field(SuggestionState, SuggestionState.OFFERED)
    answer = models.TextField(blank=True, max_length=4000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    # What the public page says, in words of its own: no name, nothing that tells who asked.
    you_said = models.TextField(blank=True, max_length=1000)
    we_did = models.TextField(blank=True, max_length=1000)
    told_on = models.DateField(
        null=True, help_text=gettext_lazy("Since when it is on the public page.")
    )
    objects = Suggestions.as_manager()

    class Meta:
        ordering = ["-offered_at"]
