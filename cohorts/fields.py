"""Fields that several forms of this room have: a day, and the four nations; and what was typed, for a page in between."""

from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lms.kit.nations import NATIONS


class Lines(forms.CharField):
    """Text of several lines: a new line is one character, as the browser counts it for `maxlength`."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class Day(forms.DateField):
    """A day, typed or picked, from 1950 to 2099 as the files read it."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        kwargs.setdefault(
            "error_messages",
            {"invalid": _("Write the day as 22/09/2025."), "required": _("Give the day.")},
        )
        super().__init__(**kwargs)

    def validate(self, value):
        super().validate(value)
        if value and not 1950 <= value.year <= 2099:
            raise ValidationError(_("Check the year: give a day from 1950 to 2099."))


def fields_sent(request) -> list[tuple[str, str]]:
    """What was typed, to be sent again from the page that shows what it does."""
    return [
        (name, value)
        for name in request.POST
        if name not in ("csrfmiddlewaretoken", "step")
        for value in request.POST.getlist(name)
    ]


def read_day(text) -> date | None:
    """A day of an address or a form, as `Day` takes it; None for anything else."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except (TypeError, ValueError):
            continue
    return None


class Nations(forms.MultipleChoiceField):
    """One or more of the four nations."""

    def __init__(self, **kwargs):
        kwargs.setdefault("error_messages", {"required": _("Choose at least one nation.")})
        super().__init__(
            choices=list(NATIONS.items()), widget=forms.CheckboxSelectMultiple, **kwargs
        )
