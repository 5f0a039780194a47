"""What applicants and Hub officers type: a page of the form built from its version, the first step, the review."""

from datetime import date

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock, nations

from ..fields import Day, Lines, Nations
from ..organisations.forms import OrganisationForm
from ..organisations.models import Organisation
from .definition import KINDS, MOST_QUESTIONS, Question, fault_of, longest, unanswered
from .models import ApplicationCheck

SALT = "cohorts.apply"
DAY_SECONDS = 86_400


class StartForm(forms.Form):
    """An address, a field that people do not see, and the moment at which the page was shown."""

    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        max_length=254,
        help_text=gettext_lazy("We send the link to your application there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Enter your email address."),
            "invalid": gettext_lazy(
                "Enter an email address in the correct format, such as name@example.org."
            ),
        },
    )
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["shown"] = signing.dumps(int(clock.now().timestamp()), salt=SALT)

    @property
    def is_of_a_program(self) -> bool:
        return bool(self.data.get("website", "").strip())

    def clean(self):
        data = super().clean()
        try:
            shown = int(signing.loads(self.data.get("shown", ""), salt=SALT))
        except (signing.BadSignature, ValueError, TypeError):
            raise ValidationError(self._again()) from None
        age = clock.now().timestamp() - shown
        if age < settings.IMSA_APPLICATION_SECONDS or age > DAY_SECONDS:
            raise ValidationError(self._again())
        return data

    def _again(self):
        self.data = self.data.copy()
        stamp = int(clock.now().timestamp())
        self.data["shown"] = signing.dumps(stamp, salt=SALT)
        return _("Check the address, wait a few seconds, and press the button again.")


class PageForm(forms.Form):
    """One page of an application. Faults are those of `definition.fault_of`; what is typed is kept whatever they are."""

    def __init__(self, data=None, *, questions, answers, file_counts, **kwargs):
        super().__init__(data, **kwargs)
        self.questions = {one.key: one for one in questions}
        self.file_counts = file_counts
        self.initial = {key: answers.get(key) for key in self.questions}
        for one in questions:
            self.fields[one.key] = _field(one, file_counts.get(one.key, 0))
            if one.kind == "declaration":
                self.initial[one.key] = answers.get(one.key) == "yes"

    def typed(self) -> dict:
        """Every answer of this page as it was typed, also where it is faulty."""
        answers = {}
        for key, one in self.questions.items():
            if one.kind == "nations":
                answers[key] = [n for n in self.data.getlist(key) if n in nations.NATIONS]
            elif one.kind == "declaration":
                answers[key] = "yes" if self.data.get(key) else ""
            elif one.kind != "file":
                # A browser counts a new line as one character and sends two.
                answers[key] = self.data.get(key, "").replace("\r\n", "\n").strip()
        return answers

    def clean(self):
        data, typed = super().clean(), self.typed()
        for key, one in self.questions.items():
            if key in self.errors:
                continue
            count = self.file_counts.get(key, 0) + (1 if self.files.get(key) else 0)
            if fault := fault_of(one, typed.get(key), count):
                self.add_error(key, fault)
        return data


def _field(one: Question, file_count: int):
    words = {
        "label": one.label,
        "help_text": escape(one.hint),  # the component shows help texts as HTML
        "required": one.is_required,
        "error_messages": {"required": unanswered(one), "invalid": unanswered(one)},
    }
    if one.kind == "nations":
        words["error_messages"] = {"required": unanswered(one)}
        return Nations(**words)
    if one.kind in ("yes_no", "choice"):
        options = (
            [("yes", _("Yes")), ("no", _("No"))]
            if one.kind == "yes_no"
            else [(option, option) for option in one.options]
        )
        return forms.ChoiceField(
            choices=options,
            widget=forms.RadioSelect,
            **{
                **words,
                "error_messages": {"invalid_choice": unanswered(one), "required": unanswered(one)},
            },
        )
    if one.kind == "declaration":
        return forms.BooleanField(**words)
    if one.kind == "file":
        words["required"] = one.is_required and not file_count
        return forms.FileField(**words)
    if one.kind == "long_text":
        widget = forms.Textarea(attrs={"rows": 6, "maxlength": longest(one)})
    elif one.kind == "date":
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    elif one.kind == "number":
        widget = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 12})
    elif one.kind == "email":
        widget = forms.EmailInput(attrs={"maxlength": 254})
    else:
        widget = forms.TextInput(attrs={"maxlength": longest(one)})
    return forms.CharField(widget=widget, **words)


class SubmitForm(forms.Form):
    signatory = forms.CharField(
        label=gettext_lazy("Your name and role"),
        max_length=200,
        error_messages={"required": gettext_lazy("Enter your name and role.")},
    )
    is_true = forms.BooleanField(
        label=gettext_lazy(
            "I may apply for this organisation, and what is written here is true to my knowledge"
        ),
        error_messages={"required": gettext_lazy("Tick the box to confirm this.")},
    )


class AnswerForm(forms.Form):
    text = Lines(
        label=gettext_lazy("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Enter your answer.")},
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("A PDF, a Word file or a photograph."),
    )


# ---- the Hub ----


class AskForm(forms.Form):
    text = Lines(
        label=gettext_lazy("Question for the applicant"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("They get an email with a link to it."),
        error_messages={"required": gettext_lazy("Enter the question.")},
    )


class DeclineForm(forms.Form):
    reason = Lines(
        label=gettext_lazy("Reason for declining"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The applicant reads it, with how to appeal."),
        error_messages={"required": gettext_lazy("Enter the reason.")},
    )


class DropProposalForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why do you drop it?"),
        max_length=2000,
        error_messages={"required": gettext_lazy("Enter why you drop it.")},
    )


class RemoveForm(forms.Form):
    what = forms.ChoiceField(label=gettext_lazy("What is removed"))
    why = forms.CharField(
        label=gettext_lazy("Why it is removed"),
        max_length=300,
        help_text=gettext_lazy("The record keeps it. Do not repeat what is removed."),
        error_messages={"required": gettext_lazy("Enter why it is removed.")},
    )

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = choices


class OnOwnPageForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code of the organisation"),
        max_length=20,
        help_text=gettext_lazy("It is approved on its own page already, by two officers."),
        error_messages={"required": gettext_lazy("Enter its code.")},
    )

    def clean_code(self):
        self.organisation = Organisation.objects.filter(
            code__iexact=self.cleaned_data["code"]
        ).first()
        if self.organisation is None:
            raise forms.ValidationError(_("No organisation has this code."))
        return self.organisation.code


class AssignForm(forms.Form):
    officer = forms.ChoiceField(label=gettext_lazy("Officer"), required=False)

    def __init__(self, *args, officers, **kwargs):
        super().__init__(*args, **kwargs)
        self.officers = {str(one.pk): one for one in officers}
        self.fields["officer"].choices = [
            ("", _("No one yet")),
            *((key, one.full_name) for key, one in self.officers.items()),
        ]

    @property
    def selection(self):
        return self.officers.get(self.cleaned_data["officer"])


class ChecksForm(forms.Form):
    """One line of the checklist is two fields: what was found, and a note."""

    def __init__(self, *args, checklist, checks, **kwargs):
        super().__init__(*args, **kwargs)
        self.keys = [line["key"] for line in checklist]
        for line in checklist:
            check = checks.get(line["key"])
            self.fields[f"result_{line['key']}"] = forms.ChoiceField(
                label=line["label"],
                required=False,
                choices=[("", _("Not looked at yet")), *ApplicationCheck.Result.choices],
                initial=check.result if check else "",
            )
            self.fields[f"note_{line['key']}"] = forms.CharField(
                label=_("Note: %(line)s") % {"line": line["label"]},
                required=False,
                max_length=300,
                initial=check.note if check else "",
            )
            self.fields[f"seen_{line['key']}"] = forms.IntegerField(
                required=False, initial=check.pk if check else 0, widget=forms.HiddenInput
            )

    def clean(self):
        data = super().clean()
        for key in self.keys:
            if data.get(f"note_{key}", "").strip() and data.get(f"result_{key}") == "":
                self.add_error(f"result_{key}", _("Select a result: a note is kept only with one."))
        return data

    def results(self) -> dict:
        data = self.cleaned_data
        return {key: (data[f"result_{key}"], data[f"note_{key}"].strip()) for key in self.keys}

    def seen(self) -> dict:
        """By key the line that the page showed, 0 for none."""
        return {key: self.cleaned_data[f"seen_{key}"] or 0 for key in self.keys}


CONDITIONS = (1, 2, 3)


class ApprovalForm(OrganisationForm):
    """The organisation that would be made, with the terms of its approval."""

    charity_number = forms.CharField(
        label=gettext_lazy("Charity or company number"), max_length=40, required=False
    )
    from_day = Day(label=gettext_lazy("Approved from"))
    until_day = Day(label=gettext_lazy("Approved until"))
    memorandum_version = forms.CharField(
        label=gettext_lazy("Version of the memorandum that was signed"), max_length=40
    )
    memorandum_signatory = forms.CharField(
        label=gettext_lazy("Who signed it for the organisation"), max_length=200
    )
    memorandum_signed_on = Day(label=gettext_lazy("Signed on"))
    contact_email = forms.EmailField(
        label=gettext_lazy("Email address of the first contact"),
        help_text=gettext_lazy("They are invited to an account and act for the organisation."),
    )
    contact_given_names = forms.CharField(
        label=gettext_lazy("Given names of the contact"), max_length=150
    )
    contact_family_name = forms.CharField(
        label=gettext_lazy("Family name of the contact"), max_length=150
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for n in CONDITIONS:
            self.fields[f"condition_{n}"] = forms.CharField(
                label=_("Condition %(n)s") % {"n": n}, required=False, max_length=1000
            )
            self.fields[f"condition_{n}_due"] = Day(
                label=_("Condition %(n)s: to be met by") % {"n": n}, required=False
            )

    def clean(self):
        data = super().clean()
        for n in CONDITIONS:
            text, due = data.get(f"condition_{n}"), data.get(f"condition_{n}_due")
            if bool(text) != bool(due) and f"condition_{n}_due" not in self.errors:
                self.add_error(
                    f"condition_{n}_due" if text else f"condition_{n}",
                    _("Enter the condition and the day by which it is to be met."),
                )
        start, end = data.get("from_day"), data.get("until_day")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            self.add_error("until_day", _("Enter a last day on or after the first."))
        return data

    def terms(self) -> dict:
        """As a proposal keeps them."""
        data = self.cleaned_data
        return {
            "code": data["code"].upper(),
            "name": data["name"],
            "nations": data["nations"],
            "sector": data["sector"],
            "charity_number": data["charity_number"],
            "from_day": data["from_day"].isoformat(),
            "until_day": data["until_day"].isoformat(),
            "conditions": [
                [data[f"condition_{n}"], data[f"condition_{n}_due"].isoformat()]
                for n in CONDITIONS
                if data[f"condition_{n}"]
            ],
            "memorandum": {
                "version": data["memorandum_version"],
                "signatory": data["memorandum_signatory"],
                "signed_on": data["memorandum_signed_on"].isoformat(),
            },
            "contact": {
                "email": data["contact_email"],
                "given_names": data["contact_given_names"],
                "family_name": data["contact_family_name"],
            },
        }


class QuestionForm(forms.Form):
    page = forms.CharField(
        label=gettext_lazy("Page"),
        max_length=100,
        help_text=gettext_lazy(
            "The heading of the page it stands on. Questions with the same heading stand together."
        ),
    )
    label = forms.CharField(label=gettext_lazy("Question"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of answer"), choices=list(KINDS.items()))
    hint = forms.CharField(label=gettext_lazy("Hint"), max_length=500, required=False)
    options = Lines(
        label=gettext_lazy("Choices"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One on each line. Only for a choice from a list."),
    )
    is_required = forms.BooleanField(label=gettext_lazy("It has to be answered"), required=False)

    def question(self, key: str) -> Question:
        data = self.cleaned_data
        options = tuple(
            dict.fromkeys(
                filter(None, (line.strip()[:200] for line in data["options"].splitlines()))
            )
        )
        return Question(
            key=key,
            page=data["page"].strip(),
            label=data["label"].strip(),
            kind=data["kind"],
            hint=data["hint"].strip(),
            is_required=data["is_required"],
            options=options[:MOST_QUESTIONS] if data["kind"] == "choice" else (),
        )


class ChecklistForm(forms.Form):
    lines = Lines(
        label=gettext_lazy("Checklist of the review"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("One on each line."),
    )
