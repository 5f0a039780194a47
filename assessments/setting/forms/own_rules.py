"""What a piece of work says itself over the rules of its cohort, as fields of the form of a draft."""

from django import forms
from django.utils.translation import gettext_lazy

from ..actions.versions import MOST_ATTEMPTS
from ..states import ReleaseBy, ReleaseWhen

OF_RULES = ("attempt_limit", "attempt_cap", "release_by", "release_when")
AS_RULES = ("", gettext_lazy("As the rules of the cohort say"))


def _number(label, most, help_text):
    words = gettext_lazy("Enter a whole number from 1 to %(most)s, or leave it empty.")
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=most,
        help_text=help_text,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), words % {"most": most}),
    )


class OwnRulesForm(forms.Form):
    attempt_limit = _number(
        gettext_lazy("Attempts, the first among them"),
        MOST_ATTEMPTS,
        gettext_lazy("Empty: as the rules of the cohort say."),
    )
    attempt_cap = _number(
        gettext_lazy("What a later attempt counts at most"),
        100,
        gettext_lazy("100: no cap. Empty: as the rules of the cohort say."),
    )
    release_by = forms.ChoiceField(
        label=gettext_lazy("Who releases marks and feedback"),
        required=False,
        choices=[AS_RULES, *ReleaseBy.choices],
        help_text=gettext_lazy(
            "Of work that people mark. A quiz without essays shows its mark at once."
        ),
        error_messages={"invalid_choice": gettext_lazy("Choose who releases marks.")},
    )
    release_when = forms.ChoiceField(
        label=gettext_lazy("When they can be released"),
        required=False,
        choices=[AS_RULES, *ReleaseWhen.choices],
        help_text=gettext_lazy(
            "Never before a mark is agreed, and moderated where it has one marker."
        ),
        error_messages={"invalid_choice": gettext_lazy("Choose when marks can be released.")},
    )
