"""Answers to knowledge checks that trainees think are right, and what authors said to them."""

from django.conf import settings
from django.db import models

from lms.kit import clock
from lms.kit.transitions import state_field

from ..states import CHALLENGE_TRANSITIONS, ChallengeState
from .curriculum import UnitVersion, Variant


class AnswerChallenges(models.QuerySet):
    def visible_to(self, user):
        """One's own; tutors and authors see all, and no name beside them."""
        from lms.people.models import Role
        from lms.people.roles import has_role

        if has_role(user, Role.TUTOR, Role.AUTHOR):
            return self
        return self.filter(person_id=user.pk)

    def like(self, challenge):
        """Those about the same answer to the same question, of whomever."""
        return self.filter(
            variant_id=challenge.variant_id,
            key=challenge.key,
            asked=challenge.asked,
            form=challenge.form,
        )

    def like_in_unit(self, challenge):
        """The same in every text of the unit: a question of the core is asked in all of them."""
        return self.filter(
            variant__unit=challenge.variant.unit_id,
            key=challenge.key,
            asked=challenge.asked,
            form=challenge.form,
        )


class AnswerChallenge(models.Model):
    """A short answer that was not accepted and that its writer thinks is right: once for each person, question and answer."""

    PERSONAL_DATA = {
        "person": "the trainee; no page shows authors who it was",
        "answer": "what they answered, as it was typed",
        "form": "the same, as answers are compared",
        "reply": "what was answered to them",
        "answered_by": "who answered",
    }
    TRANSITIONS = CHALLENGE_TRANSITIONS

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="answer_challenges"
    )
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(UnitVersion, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    asked = models.CharField(max_length=16)
    question = models.TextField()
    answer = models.TextField(max_length=500)
    form = models.TextField(max_length=1000)
    made_at = models.DateTimeField(default=clock.now)
    state = state_field(ChallengeState, ChallengeState.OPEN)
    reply = models.TextField(blank=True, max_length=1000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    objects = AnswerChallenges.as_manager()

    @property
    def url(self) -> str:
        """The check that it is about."""
        return self.variant.part_url(self.key)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "variant", "key", "asked", "form"],
                name="one_challenge_per_answer",
            )
        ]
        indexes = [
            models.Index(
                fields=["variant", "key"],
                condition=models.Q(state="open"),
                name="challenges_to_answer",
            )
        ]
