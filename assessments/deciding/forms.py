"""What the external examiner and the registrar type about a board."""

from datetime import datetime, time

from django import forms
from django.db.models import Q
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.enrolment.models import Cohort

from .states import (
    AFTER_BOARD_KINDS,
    AFTER_BOARD_OUTCOMES,
    ChairsOutcome,
    HoldKind,
    MemberRole,
    Opinion,
)


class ReportForm(forms.Form):
    opinion = forms.ChoiceField(
        label=gettext_lazy("What you find"),
        choices=Opinion.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The last two stop the board until you write again."),
        error_messages={"required": gettext_lazy("Choose what you find.")},
    )
    comment = forms.CharField(
        label=gettext_lazy("Your comment for the board"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "For example: whether the marks fit the standard and the rubric, and what to watch next time. Name a script by its number."
        ),
        error_messages={
            "required": gettext_lazy("Write a comment for the board before you confirm.")
        },
    )
    numbers = forms.CharField(
        label=gettext_lazy("More scripts by number"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Only if you want to see more. Put a space between two numbers."),
    )
    at_random = forms.IntegerField(
        label=gettext_lazy("More scripts at random"),
        min_value=0,
        max_value=50,
        required=False,
        help_text=gettext_lazy("Only if you want to see more. How many, up to 50."),
    )

    def request(self) -> dict:
        """What is asked for besides the sample."""
        return {
            "numbers": self.cleaned_data["numbers"].replace(",", " ").split(),
            "at_random": self.cleaned_data["at_random"] or 0,
        }


class CallBoardForm(forms.Form):
    cohort = forms.ModelChoiceField(
        Cohort.objects.all(),
        label=gettext_lazy("Cohort"),
        empty_label=gettext_lazy("Choose a cohort"),
        error_messages={"required": gettext_lazy("Choose the cohort the board is about.")},
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("As the minutes will have it."),
        error_messages={"required": gettext_lazy("Give the board a title.")},
    )
    meets_on = forms.DateField(
        label=gettext_lazy("Day it meets"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Say on which day the board meets."),
            "invalid": gettext_lazy("Give the day as 12/12/2025."),
        },
    )
    NEWEST = 50  # cohorts to choose from

    def __init__(self, *args, wished="", **kwargs):
        """`wished`: the code of a cohort that can be chosen too, and is; the newest can always be. Every cohort is accepted."""
        super().__init__(*args, **kwargs)
        field, found = self.fields["cohort"], Cohort.objects.all()
        cohorts = list(found[: self.NEWEST + 1])
        sent = (
            str(self.data.get("cohort", "")) if self.is_bound else ""
        )  # what was chosen stays chosen when the form comes back
        asked = Q(code__iexact=wished) | Q(
            pk__in=[int(sent)] if sent.isascii() and sent.isdigit() and len(sent) < 19 else []
        )
        more, cohorts = len(cohorts) > self.NEWEST, cohorts[: self.NEWEST]
        if more:
            there = {cohort.pk for cohort in cohorts}
            cohorts = [cohort for cohort in found.filter(asked) if cohort.pk not in there] + cohorts
            field.help_text = _(
                "The %(newest)s newest cohorts. To call a board on another, open that cohort’s page first."
            ) % {"newest": self.NEWEST}
        field.choices = [("", field.empty_label), *((cohort.pk, str(cohort)) for cohort in cohorts)]
        field.initial = next(
            (cohort.pk for cohort in cohorts if cohort.code.casefold() == wished.casefold()), None
        )


class HoldForm(forms.Form):
    module = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is about"),
        choices=HoldKind.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The board sees this."),
        error_messages={"required": gettext_lazy("Choose why the result is held back.")},
    )
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Registrars who can record this board read it. No one else does."),
        error_messages={"required": gettext_lazy("Write a sentence for the programme office.")},
    )
    is_quiet = forms.BooleanField(
        label=gettext_lazy("Do not tell the trainee yet what it is about."),
        required=False,
        help_text=gettext_lazy("They are told that a result is held back, and whom to ask."),
    )

    def __init__(self, *args, modules, **kwargs):
        super().__init__(*args, **kwargs)
        self.modules = {str(module.pk): module for module in modules}
        self.fields["module"].choices = [
            ("", _("All modules that are not decided yet")),
            *((key, module.title) for key, module in self.modules.items()),
        ]

    def hold(self) -> tuple:
        """The module, or None for all; the kind; the reason."""
        data = self.cleaned_data
        return self.modules.get(data["module"]), data["kind"], data["why"]

    def tells_kind(self) -> bool:
        return not self.cleaned_data["is_quiet"]


class LiftForm(forms.Form):
    outcome = forms.CharField(
        label=gettext_lazy("What came of it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the programme office. The marks stay as they are."),
        error_messages={"required": gettext_lazy("Write a sentence for the programme office.")},
    )


class WhyForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("The external examiners and the other registrars are told it."),
        error_messages={
            "required": gettext_lazy("Say why, in a sentence that the examiner can read too.")
        },
    )


class MoveForm(WhyForm):
    meets_on = forms.DateField(
        label=gettext_lazy("New day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Say on which day the board meets."),
            "invalid": gettext_lazy("Give the day as 12/12/2025."),
        },
    )
    field_order = ["meets_on", "why"]


class MemberForm(forms.Form):
    """Who is to sit on a board, and as what."""

    member = forms.ChoiceField(
        label=gettext_lazy("Who"),
        error_messages={"required": gettext_lazy("Choose who is to sit on the board.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role on the board"),
        choices=MemberRole.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "The chair and internal members are tutors or registrars, the secretary is a registrar, an external member is an external examiner."
        ),
        error_messages={"required": gettext_lazy("Choose their role on the board.")},
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["member"].choices = [
            ("", _("Choose a person")),
            *((key, person.full_name) for key, person in self.people.items()),
        ]

    def person(self):
        return self.people[self.cleaned_data["member"]]


class AttendanceForm(forms.Form):
    """Who of the members is there. It names the members it was made for, so that a page from before a change is noticed."""

    present = forms.MultipleChoiceField(
        label=gettext_lazy("Who is there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick everyone who is at the meeting, or joins it by video."),
        error_messages={
            "invalid_choice": gettext_lazy(
                "The members of this board have changed. Read the list again."
            )
        },
    )
    members = forms.CharField(widget=forms.HiddenInput, max_length=2000)

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = [
            (str(one.pk), f"{one.person.full_name}, {one.get_role_display()}") for one in members
        ]
        self.initial["present"] = [str(one.pk) for one in members if one.is_present]
        self.initial["members"] = " ".join(str(one.pk) for one in members)

    def present_members(self) -> set[int]:
        return {int(key) for key in self.cleaned_data["present"]}

    def seen(self) -> set[int]:
        words = self.cleaned_data["members"].split()
        return {int(word) for word in words if word.isascii() and word.isdigit()}


class MemberInterestForm(forms.Form):
    """What a member of a board told the office about whom they are near to."""

    member = forms.ChoiceField(
        label=gettext_lazy("Member"),
        error_messages={"required": gettext_lazy("Choose which member declares it.")},
    )
    reference = forms.CharField(
        label=gettext_lazy("Student reference"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Leave it empty if they are close to the whole cohort."),
    )

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = {str(one.pk): one for one in members}
        self.fields["member"].choices = [
            ("", _("Choose a member")),
            *((key, one.person.full_name) for key, one in self.members.items()),
        ]

    def chosen_member(self):
        return self.members[self.cleaned_data["member"]]


class PaperSignatureForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Day on which the chair signed"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Keep the signed paper."),
        error_messages={
            "required": gettext_lazy("Say on which day the chair signed."),
            "invalid": gettext_lazy("Give the day as 12/12/2025."),
        },
    )


class CorrectionOfMinutesForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Correction"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "What the minutes should have said. They stay as they are; this stands under them, and cannot be taken back."
        ),
        error_messages={"required": gettext_lazy("Write what the minutes should have said.")},
    )


class RatifyForm(forms.Form):
    """`chair` is the name of the member who chairs, who is then not asked for."""

    chair = forms.CharField(
        label=gettext_lazy("Who chaired the board"),
        max_length=200,
        help_text=gettext_lazy("As the minutes say."),
        error_messages={"required": gettext_lazy("Say who chaired the board, as the minutes do.")},
    )

    def __init__(self, *args, chair="", **kwargs):
        super().__init__(*args, **kwargs)
        self.name = chair
        if chair:
            del self.fields["chair"]

    def chair_name(self) -> str:
        return self.name or self.cleaned_data["chair"]


class ChairsActionForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Why the chair decides"),
        choices=AFTER_BOARD_KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why the chair decides.")},
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("What is decided"),
        choices=AFTER_BOARD_OUTCOMES,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Another attempt is at the pieces below the pass mark. Compensation needs a module that is not passed."
        ),
        error_messages={"required": gettext_lazy("Choose what is decided.")},
    )
    day = forms.DateField(
        label=gettext_lazy("Due on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Only for another attempt. It is due at five in the afternoon."),
        error_messages={"invalid": gettext_lazy("Give the day as 12/12/2025.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Registrars who can record this board read it. No one else does."),
        error_messages={"required": gettext_lazy("Say why, in a sentence or two.")},
    )
    chair = forms.CharField(
        label=gettext_lazy("Who decided as chair"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say which chair decided.")},
    )

    def clean(self):
        data = super().clean() or {}
        is_again = data.get("outcome") in (ChairsOutcome.CAPPED, ChairsOutcome.UNCAPPED)
        if is_again and not data.get("day") and "day" not in self.errors:
            self.add_error("day", _("Say on which day the next attempt is due."))
        return data

    def decision(self) -> dict:
        """What the action is given."""
        data = self.cleaned_data
        day = data["day"]
        return {
            "outcome": data["outcome"],
            "reason": data["reason"],
            "chair": data["chair"],
            "due_at": make_aware(datetime.combine(day, time(17))) if day else None,
        }


class LeaverForm(forms.Form):
    """Why the chair decides on somebody who left, and which chair."""

    reason = ChairsActionForm.base_fields["reason"]
    chair = ChairsActionForm.base_fields["chair"]
