"""What is typed about one question of a quiz."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Provision
from lms.kit.nations import NATIONS

CHOICES, MOST_CHOICES = 4, 8


class QuestionForm(forms.Form):
    """One question of a quiz: its choices, and which of them is right."""

    text = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write the question.")},
    )
    nation = forms.ChoiceField(
        label=gettext_lazy("Who is asked"),
        required=False,
        choices=[("", gettext_lazy("Everyone")), *NATIONS.items()],
    )
    why = forms.CharField(
        label=gettext_lazy("Why the right answer is right"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Trainees read it after they have handed in."),
    )
    provision = forms.ModelChoiceField(
        Provision.objects.order_by("key"),
        label=gettext_lazy("The law it rests on"),
        required=False,
        to_field_name="key",
        empty_label=gettext_lazy("No entry of the ledger of law"),
        help_text=gettext_lazy("When that law changes, this question is listed with the change."),
    )

    def __init__(self, *args, question=None, **kwargs):
        super().__init__(*args, **kwargs)
        there = list(question.choices.all()) if question else []
        self.fields["provision"].label_from_instance = lambda law: f"{law.key}: {law.title}"
        self.numbers = range(
            1, min(max(CHOICES, len(there) + 1), max(MOST_CHOICES, len(there))) + 1
        )
        for number in self.numbers:
            self.fields[f"choice-{number}"] = forms.CharField(
                label=_("Choice %(number)s") % {"number": number},
                required=False,
                max_length=400,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["right"] = forms.ChoiceField(
            label=_("Right answer"),
            choices=[(str(n), _("Choice %(number)s") % {"number": n}) for n in self.numbers],
            widget=forms.RadioSelect,
            error_messages={"required": _("Say which choice is right.")},
        )
        self.order_fields(
            ["text", "nation", *(f"choice-{n}" for n in self.numbers), "right", "why", "provision"]
        )
        if question:
            self.initial = {name: getattr(question, name) for name in ("text", "nation", "why")}
            self.initial["provision"] = question.provision.key if question.provision else ""
            for number, choice in enumerate(there, start=1):
                self.initial[f"choice-{number}"] = choice.text
                if choice.is_right:
                    self.initial["right"] = str(number)

    def clean(self):
        given = super().clean()
        texts = [given.get(f"choice-{n}") for n in self.numbers]
        typed = [text for text in texts if text]
        if len(typed) < 2:
            self.add_error("choice-2", _("Give two choices or more."))
        elif len(set(typed)) < len(typed):
            self.add_error("choice-2", _("Two choices say the same."))
        right = given.get("right")
        if right and not given.get(f"choice-{right}"):
            self.add_error("right", _("The choice you marked as right is empty."))
        return given

    def facts(self) -> dict:
        """As `write_question` takes them."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("text", "nation", "why")},
            "provision": given["provision"].key if given["provision"] else "",
            "choices": [
                {"text": given[f"choice-{n}"], "is_right": given["right"] == str(n)}
                for n in self.numbers
                if given[f"choice-{n}"]
            ],
        }
