"""An exact question to the register, and what is done with a post."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.people.models import User

from ..fields import Day, Nations
from ..organisations.queries import organisation_called
from .queries import entries_called, posts_of_address
from .states import EvidenceKind, PostKind


class LookupForm(forms.Form):
    """The register answers an exact question and is never browsed."""

    asked = forms.CharField(
        label=gettext_lazy("Email address or entry"),
        max_length=254,
        help_text=gettext_lazy("Exactly as it is written, such as ER-0001."),
        error_messages={"required": gettext_lazy("Type an email address or an entry.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_asked(self):
        asked = self.cleaned_data["asked"]
        entries = posts_of_address(asked) if "@" in asked else entries_called([asked])
        self.entry = entries.order_by("-lines__starts_on", "reference").first()
        if not self.entry:
            raise ValidationError(
                _(
                    "The register holds no post under exactly that. Look at the spelling; part of an address or a name does not do."
                )
            )
        return asked


class EndPostForm(forms.Form):
    ends_on = Day(label=gettext_lazy("Last day of the post"))
    reason = forms.CharField(label=gettext_lazy("Why, and who said so"), max_length=300)


class ReopenForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why the last day is wrong"), max_length=300)


class ConfirmForm(forms.Form):
    on = Day(label=gettext_lazy("The employer confirmed it on"))

    def clean_on(self):
        if self.cleaned_data["on"] > clock.today():
            raise ValidationError(_("That day has not come yet."))
        return self.cleaned_data["on"]


class Hours(forms.DecimalField):
    """Hours a week: 37.5, or 37,5."""

    def __init__(self, **kwargs):
        super().__init__(
            label=gettext_lazy("Hours a week"),
            required=False,
            min_value=Decimal("0.5"),
            max_value=80,
            max_digits=4,
            decimal_places=1,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages=dict.fromkeys(
                (
                    "invalid",
                    "min_value",
                    "max_value",
                    "max_digits",
                    "max_decimal_places",
                    "max_whole_digits",
                ),
                gettext_lazy("Enter the hours as a number from 0.5 to 80, such as 37.5."),
            ),
            **kwargs,
        )

    def to_python(self, value):
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class PostForm(forms.Form):
    """What the register says of a post, besides whose it is and where."""

    post = forms.CharField(label=gettext_lazy("Post"), max_length=200)
    nations = Nations(label=gettext_lazy("Nations in which they do this work"))
    starts_on = Day(label=gettext_lazy("First day of the post"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of post"),
        required=False,
        choices=[("", gettext_lazy("Not known")), *PostKind.choices],
    )
    hours = Hours()
    line_manager = forms.EmailField(
        label=gettext_lazy("Line manager’s email address"),
        required=False,
        help_text=gettext_lazy("They are never given this person's work to mark."),
    )
    evidence_kind = forms.ChoiceField(
        label=gettext_lazy("What you saw of it"),
        required=False,
        choices=[("", gettext_lazy("Nothing yet")), *EvidenceKind.choices],
        help_text=gettext_lazy(
            "Keep no document of a DBS, PVG or AccessNI check: only that the employer says it was done, and when."
        ),
    )
    evidence_on = Day(label=gettext_lazy("Date of what you saw"), required=False)

    def __init__(self, *args, person=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_post(self):
        return " ".join(self.cleaned_data["post"].split())

    def clean_line_manager(self):
        address = self.cleaned_data["line_manager"].strip().lower()
        if address and self.person and address == self.person.email.lower():
            raise ValidationError(_("No one is their own line manager. Enter someone else’s."))
        return address

    def clean_evidence_on(self):
        seen_on = self.cleaned_data["evidence_on"]
        if seen_on and seen_on > clock.today():
            raise ValidationError(_("That day has not come yet."))
        return seen_on

    def clean(self):
        data = super().clean()
        kind, seen_on = data.get("evidence_kind"), data.get("evidence_on")
        if kind and not seen_on and "evidence_on" not in self.errors:
            self.add_error("evidence_on", _("Enter the date of what you saw."))
        if seen_on and not kind:
            self.add_error("evidence_kind", _("Select what you saw, or take its date away."))
        return data


class EnterPostForm(PostForm):
    """One post of one person: for many there is the register file."""

    field_order = [
        "email",
        "organisation",
        "post",
        "nations",
        "starts_on",
        "ends_on",
        "kind",
        "hours",
        "line_manager",
        "evidence_kind",
        "evidence_on",
        "reason",
        "is_second",
    ]
    email = forms.CharField(
        label=gettext_lazy("The person’s email address"),
        max_length=254,
        help_text=gettext_lazy("Of their account here, exactly as they sign in."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=200,
        help_text=gettext_lazy("Its code, such as ORG-01, or its full name."),
    )
    ends_on = Day(
        label=gettext_lazy("Last day of the post"),
        required=False,
        help_text=gettext_lazy("Leave it empty while the post goes on."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Who told you of the post"), max_length=300, required=False
    )
    is_second = forms.BooleanField(
        label=gettext_lazy("This is another post than the one the register has"), required=False
    )

    def clean_email(self):
        found = User.objects.filter(email__iexact=self.cleaned_data["email"].strip()).first()
        if not found:
            raise ValidationError(
                _(
                    "No one here has this email address. Look at the spelling; someone new comes in with the cohort file."
                )
            )
        self.person = found
        return found.email

    def clean_organisation(self):
        found = organisation_called(self.cleaned_data["organisation"])
        if not found:
            raise ValidationError(
                _("There is no organisation with this code or name. The Hub adds it first.")
            )
        self.organisation = found
        return found.code

    def clean(self):
        data = super().clean()
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day cannot be before the first."))
        return data


class ChangePostForm(PostForm):
    reason = forms.CharField(
        label=gettext_lazy("Why it is changed, and who said so"), max_length=300
    )


class VoidForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it was entered by mistake, and who said so"), max_length=300
    )


class LeaveForm(forms.Form):
    leave_from = Day(
        label=gettext_lazy("First day of the leave"),
        required=False,
        help_text=gettext_lazy(
            "Empty both days to take back a leave that was recorded by mistake."
        ),
    )
    leave_until = Day(
        label=gettext_lazy("Last day of the leave, as expected"),
        required=False,
        help_text=gettext_lazy(
            "Leave it empty if it is not known. Once the person is back, enter the last day as it was."
        ),
    )

    def clean(self):
        data = super().clean()
        first, last = data.get("leave_from"), data.get("leave_until")
        if last and not first and "leave_from" not in self.errors:
            self.add_error("leave_from", _("Enter the first day of the leave, or empty both."))
        if first and last and last < first:
            self.add_error(
                "leave_until", _("The last day of the leave cannot be before its first.")
            )
        return data
