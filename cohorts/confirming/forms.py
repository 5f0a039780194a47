"""What a contact answers about one post, and what an officer did about a report."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock

from ..fields import Day

YES, LEFT, DIFFERENT = "yes", "left", "different"
A_YEAR = timedelta(days=366)


class AnswerForm(forms.Form):
    """Is this post still as the register says? Nothing chosen is no answer."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Is this still true?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (YES, gettext_lazy("Yes, all of it")),
            (LEFT, gettext_lazy("They have left or are leaving")),
            (DIFFERENT, gettext_lazy("Something is different")),
        ],
    )
    left_on = Day(
        label=gettext_lazy("Last day of the post"),
        required=False,
        help_text=gettext_lazy("Only if they have left or are leaving."),
    )
    text = forms.CharField(
        label=gettext_lazy("What is different"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Only if something is different, such as a nation or the line manager. The Hub reads it. Write nothing about health."
        ),
    )
    number = forms.IntegerField(widget=forms.HiddenInput)

    def clean_left_on(self):
        left_on = self.cleaned_data["left_on"]
        if left_on and left_on > clock.today() + A_YEAR:
            raise ValidationError(_("That is more than a year away. Check the year."))
        return left_on

    def clean(self):
        data = super().clean()
        answer = data.get("answer")
        if answer == LEFT and not data.get("left_on") and "left_on" not in self.errors:
            self.add_error("left_on", _("Enter the last day of the post."))
        if answer == DIFFERENT and not data.get("text", "").strip():
            self.add_error("text", _("Enter what is different."))
        if answer in ("", YES) and (data.get("left_on") or data.get("text", "").strip()):
            self.add_error("answer", _("Select what is so, or empty the two fields below."))
        if answer == LEFT and data.get("text", "").strip():
            self.add_error(
                "text",
                _(
                    "You selected that they have left. Empty this, or select that something is different and write the day here too."
                ),
            )
        if answer == DIFFERENT and data.get("left_on"):
            self.add_error(
                "left_on",
                _(
                    "You selected that something is different. Empty this, or select that they have left or are leaving."
                ),
            )
        return data


class RefuseForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why it is no post for the register"),
        max_length=300,
        help_text=gettext_lazy("The organisation’s system is answered with this."),
    )


class CloseForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What you did about it"),
        max_length=300,
        help_text=gettext_lazy("The person who reported it reads this."),
    )

    def __init__(self, *args, is_of_system=False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_of_system:
            self.fields["note"].help_text = _(
                "The organisation’s system is answered with this when it says the same again."
            )
