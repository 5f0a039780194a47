"""What an approved organisation asks: lists, watches, keys and addresses."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.sheets.table import FileProblem
from lms.kit import clock
from lms.kit.files.limits import OutOfTime, within

from ..accreditation.facts import months_after
from ..accreditation.sentences import in_words
from ..checking.uploaded_lists import filed, pasted
from ..models import Purpose, Token
from .checks import PLAIN_TYPING, SECONDS_FOR_A_FILE, day_field, insist_askable, one_of


def of_organisations(organisations):
    """The field that says on whose behalf, where there is a choice."""
    return forms.ChoiceField(
        label=_("On behalf of"),
        choices=[(str(o.pk), o.name) for o in organisations],
        error_messages={"required": _("Choose one.")},
    )


class ListFields(forms.Form):
    """A list of people, pasted or as a file, and why it is asked."""

    pasted = one_of(
        forms.CharField(
            label=gettext_lazy("Numbers and family names"),
            required=False,
            strip=False,
            max_length=1_000_000,
            widget=forms.Textarea(attrs={"rows": 8, **PLAIN_TYPING}),
            help_text=gettext_lazy(
                "One person on each line: the number, then the family name. Copied from a spreadsheet is fine. A third part can be your own reference."
            ),
        )
    )
    file = one_of(
        forms.FileField(
            label=gettext_lazy("Or a file"),
            required=False,
            allow_empty_file=True,
            help_text=gettext_lazy(
                "CSV or Excel (.xlsx), up to 10,000 lines, with columns called Number and Family name."
            ),
            widget=forms.FileInput(
                attrs={
                    "accept": ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                }
            ),
        )
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Why you ask"),
        choices=[("", gettext_lazy("Choose one")), *Purpose.choices],
        help_text=gettext_lazy("Each person reads this beside your organisation’s name."),
        error_messages={"required": gettext_lazy("Choose why you ask. Each person reads it.")},
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisations = {str(o.pk): o for o in organisations}
        if len(organisations) > 1:
            self.fields["organisation"] = of_organisations(organisations)

    def behalf(self):
        if len(self.organisations) == 1:
            return next(iter(self.organisations.values()))
        return self.organisations.get(self.cleaned_data.get("organisation"))

    def clean(self):
        data = super().clean()
        file = data.get("file")
        if file and file.size > 5_000_000:
            self.add_error("file", _("That file is larger than 5 MB. Bring it in parts."))
        elif file and (data.get("pasted") or "").strip():
            self.add_error(
                "file",
                _(
                    "Bring the file or the pasted lines, one at a time: empty the other field, or choose no file."
                ),
            )
        elif not self.errors:
            self._read(data, file)
        return data

    def _read(self, data, file):
        try:
            with within(SECONDS_FOR_A_FILE):
                self.lines = (
                    filed(file.read(), self.day(data))
                    if file
                    else pasted(data.get("pasted") or "", self.day(data))
                )
        except FileProblem as problem:
            self.add_error("file" if file else "pasted", str(problem))
        except OutOfTime:
            if file:
                self.add_error(
                    "file", _("This file takes too long to read. Save it as CSV and choose that.")
                )
            else:
                self.add_error("pasted", _("This list takes too long to read. Paste it in parts."))

    def day(self, data):
        return clock.today()


class ListForm(ListFields):
    why = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Each person reads this too. Name no survivor."),
    )
    on = day_field(
        label=gettext_lazy("About which day?"),
        required=False,
        help_text=gettext_lazy("Leave empty for today."),
    )
    field_order = ["organisation", "pasted", "file", "purpose", "why", "on"]

    def clean_on(self):
        return insist_askable(self.cleaned_data["on"])

    def day(self, data):
        return data.get("on") or clock.today()


class WatchForm(ListFields):
    ends_on = day_field(
        label=gettext_lazy("Until which day?"),
        help_text=gettext_lazy("The watch ends by itself after it. You can renew it."),
    )
    field_order = ["organisation", "pasted", "file", "purpose", "ends_on"]

    def clean_ends_on(self):
        day, today = self.cleaned_data["ends_on"], clock.today()
        longest = months_after(today, settings.IMSA_WATCH_MONTHS)
        if not today < day <= longest:
            raise forms.ValidationError(
                _("Choose a last day between tomorrow and %(day)s.") % {"day": in_words(longest)}
            )
        return day


class TokenForm(forms.Form):
    """A key for an organisation's own program."""

    name = forms.CharField(
        label=gettext_lazy("Which program uses it?"),
        max_length=80,
        error_messages={"required": gettext_lazy("Name the key after the program that uses it.")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"),
        choices=Token.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what it may do.")},
    )
    ends_on = day_field(
        label=gettext_lazy("Until which day?"), help_text=gettext_lazy("A year at most.")
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        if len(organisations) > 1:
            self.fields["organisation"] = of_organisations(organisations)

    def clean_ends_on(self):
        day, today = self.cleaned_data["ends_on"], clock.today()
        if not today <= day <= months_after(today, 12):
            raise forms.ValidationError(
                _("A key lasts a year at most: choose a last day up to %(day)s.")
                % {"day": in_words(months_after(today, 12))}
            )
        return day


class WebhookForm(forms.Form):
    """An address to which changes are sent."""

    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=400,
        widget=forms.URLInput(attrs=PLAIN_TYPING),
        help_text=gettext_lazy("It begins with https:// and is reachable from the internet."),
        error_messages={"required": gettext_lazy("Write the address.")},
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        if len(organisations) > 1:
            self.fields["organisation"] = of_organisations(organisations)
