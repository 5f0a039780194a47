"""What is typed about a scenario."""

from django import forms
from django.utils.translation import gettext_lazy


class ScenarioForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Scenario"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "Trainees read it above its questions, which stay together and in their order."
        ),
        error_messages={"required": gettext_lazy("Write the scenario.")},
    )
