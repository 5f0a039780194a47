"""What trainees ask of the office about a due date, and what registrars answer."""

from datetime import datetime, time

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..states import ClaimKind

DAY = {
    "widget": forms.DateInput(attrs={"type": "date"}),
    "required": False,
    "error_messages": {"invalid": gettext_lazy("Give the day as 12/12/2025.")},
}


class SelfCertifyForm(forms.Form):
    """How many working days more; each choice says when the work is due then."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("How many working days do you need?"),
        coerce=int,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("You give no reason, and send no evidence."),
        error_messages={"required": gettext_lazy("Choose how many days you need.")},
    )

    def __init__(self, *args, dates, **kwargs):
        """`dates`: (days, when the work is due then, in words)."""
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [
            (days, _("%(days)s: due on %(due_at)s") % {"days": days, "due_at": due_at})
            for days, due_at in dates
        ]


class ClaimForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What do you ask for?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you ask for.")},
    )
    words = forms.CharField(
        label=gettext_lazy("What kept you from working, and since when?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "You do not need to tell us more than that something kept you from working, and for how long. "
            "You need not name an illness, a person, or anything that happened to you."
        ),
        error_messages={
            "required": gettext_lazy(
                "Say that something kept you from working, and since when. One sentence is enough."
            )
        },
    )
    wish_on = forms.DateField(label=gettext_lazy("By when could you hand it in?"), **DAY)

    def __init__(self, *args, is_in, **kwargs):
        """`is_in`: the work is handed in, so that no later date helps any more."""
        super().__init__(*args, **kwargs)
        kinds = [ClaimKind.EXTENSION, ClaimKind.CIRCUMSTANCES, ClaimKind.DEFERRAL]
        self.fields["kind"].choices = [
            (kind.value, kind.label)
            for kind in kinds
            if not is_in or kind == ClaimKind.CIRCUMSTANCES
        ]


class EvidenceForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("A file"),
        allow_empty_file=True,
        max_length=None,
        help_text=gettext_lazy(
            "One PDF, Word (.docx) file or photograph (.jpg, .png), up to 20 MB. Send only what shows that you could not work, and when. "
            "Of a photograph we do not keep where and when it was taken."
        ),
        error_messages={
            "required": gettext_lazy("Choose the file you want to send."),
            "missing": gettext_lazy("Choose the file you want to send."),
        },
    )


class AnswerForm(forms.Form):
    """What the office answers to a claim."""

    GRANT, DEFER, ACCEPT, EVIDENCE, DECLINE = "grant", "defer", "accept", "evidence", "decline"
    LABELS = {
        GRANT: gettext_lazy("Granted: another due date"),
        DEFER: gettext_lazy("Granted as a deferral: a later date, without a cap"),
        ACCEPT: gettext_lazy("Accepted: the board is told"),
        EVIDENCE: gettext_lazy("Ask for evidence first, by a day"),
        DECLINE: gettext_lazy("Not granted"),
    }
    action = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose your answer.")},
    )
    day = forms.DateField(
        label=gettext_lazy("Day"),
        help_text=gettext_lazy("The new due date, or the day by which evidence is to come."),
        **DAY,
    )
    hour = forms.TimeField(
        label=gettext_lazy("Time"),
        initial=time(17),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Give the time as 17:00.")},
    )
    is_of_university = forms.BooleanField(
        label=gettext_lazy("The University has decided this."),
        required=False,
        help_text=gettext_lazy("Needed for more than the programme can give."),
    )
    answer = forms.CharField(
        label=gettext_lazy("Words to the trainee"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Needed where you ask for evidence or do not grant it. Do not repeat what the trainee told you: this goes by email too."
        ),
    )

    def __init__(self, *args, claim, **kwargs):
        """Work that is in is not deferred; circumstances about it can be for the board."""
        super().__init__(*args, **kwargs)
        left_out = {self.ACCEPT}
        if claim.attempt.has_work():
            left_out = {self.DEFER}
            if claim.kind != ClaimKind.CIRCUMSTANCES:
                left_out.add(self.ACCEPT)
        self.fields["action"].choices = [
            (key, label) for key, label in self.LABELS.items() if key not in left_out
        ]

    def clean(self):
        data = super().clean() or {}
        action = data.get("action")
        needs_day = action in (self.GRANT, self.DEFER, self.EVIDENCE)
        if needs_day and not data.get("day") and "day" not in self.errors:
            self.add_error("day", _("Say which day."))
        if action in (self.EVIDENCE, self.DECLINE) and not data.get("answer"):
            self.add_error("answer", _("Say to the trainee why, and what they can do."))
        return data

    def due_at(self) -> datetime:
        data = self.cleaned_data
        return make_aware(datetime.combine(data["day"], data["hour"] or time(17)))
