"""Which two accounts are one person's, why, and what comes of it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.queries import account_of

from .checks import PLAIN_TYPING


class OtherAccountForm(forms.Form):
    """`account` is the field's answer: a person."""

    other = forms.CharField(
        label=gettext_lazy("The other account"),
        max_length=254,
        help_text=gettext_lazy(
            "Its email address, IMSA number or a student reference, as it stands there."
        ),
        widget=forms.TextInput(attrs=PLAIN_TYPING),
        error_messages={
            "required": gettext_lazy("Enter the email address, IMSA number or student reference.")
        },
    )

    def __init__(self, *args, first, **kwargs):
        super().__init__(*args, **kwargs)
        self.first = first

    def clean_other(self):
        words = self.cleaned_data["other"].strip()
        found = account_of(words)
        if found is None:
            rows = Enrolment.objects.filter(student_reference__in={words, words.upper()})
            enrolment = rows.select_related("person").first()
            found = enrolment and enrolment.person
        if found is None:
            raise forms.ValidationError(
                _("We found no account with this. Check it with the page “Find a person”.")
            )
        if found.pk == self.first.pk:
            raise forms.ValidationError(
                _("This is the same account. Enter what the other one has.")
            )
        return found


class MergeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why are both one person’s?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Registrars and Hub officers read it."),
        error_messages={"required": gettext_lazy("Enter why both are one person’s.")},
    )
    identity_check = forms.CharField(
        label=gettext_lazy("How you checked who they are, if not by the links"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Leave empty in most cases: a link goes to both mailboxes, and their owner says yes in each. Only where one mailbox is lost: whom you spoke to, by which number on file, and which papers you saw. Never the number of a paper."
        ),
    )


class SeparationForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why are they not one person’s?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Registrars and Hub officers read it."),
        error_messages={"required": gettext_lazy("Enter why they are not one person’s.")},
    )


class DropMergeForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why do you drop it?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Enter why you drop it.")},
    )
