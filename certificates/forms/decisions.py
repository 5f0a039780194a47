"""What the Hub decides about somebody, and what holders ask and answer."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock

from ..models import EntryRequest, Kind, Withholding
from .checks import PLAIN_TYPING, day_field, hub_words


class DecisionForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What do you propose?"),
        widget=forms.RadioSelect,
        choices=[
            (Kind.CONDITIONS, gettext_lazy("Conditions: they may act, within what you write")),
            (Kind.SUSPENDED, gettext_lazy("Suspended: they may not act for now")),
            (Kind.RESTORED, gettext_lazy("Restored: nothing decided before limits them")),
            (Kind.WITHDRAWN, gettext_lazy("Withdrawn: the accreditation ends")),
        ],
        error_messages={"required": gettext_lazy("Choose what you propose.")},
    )
    from_day = day_field(
        label=gettext_lazy("From which day?"),
        help_text=gettext_lazy("Today or later. What we answered before stands."),
    )
    until_day = day_field(
        label=gettext_lazy("Until which day?"),
        required=False,
        help_text=gettext_lazy(
            "Its last day, for conditions or a suspension that end by themselves. Leave empty for no end."
        ),
    )
    words = forms.CharField(
        label=gettext_lazy("The conditions"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Only for conditions. Everyone who checks reads these words, so leave out why."
        ),
    )
    is_interim = forms.BooleanField(
        label=gettext_lazy("Interim: it counts while something is looked into"),
        required=False,
        help_text=gettext_lazy(
            "For conditions or a suspension that cannot wait. It counts as soon as a second officer confirms it; the person answers afterwards."
        ),
    )
    grounds = forms.CharField(
        label=gettext_lazy("What the person is told"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text=gettext_lazy(
            "Enough for them to answer. Name no one who told you something. They have time to answer before it is confirmed."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why, for the Hub"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text=gettext_lazy("Only Hub officers read this."),
        error_messages={"required": gettext_lazy("Write down why. Only the Hub reads it.")},
    )

    def clean(self):
        data = super().clean()
        kind, day, last = data.get("kind"), data.get("from_day"), data.get("until_day")
        if kind == Kind.CONDITIONS and not (data.get("words") or "").strip():
            self.add_error("words", _("Write the conditions as a checker should read them."))
        if kind and kind != Kind.CONDITIONS and (data.get("words") or "").strip():
            self.add_error(
                "words",
                _("Conditions go with “Conditions” only. Choose that, or empty this field."),
            )
        if kind not in (Kind.CONDITIONS, Kind.SUSPENDED):
            data["is_interim"], data["until_day"], last = False, None, None
        if (
            kind
            and kind != Kind.RESTORED
            and not data.get("is_interim")
            and not (data.get("grounds") or "").strip()
        ):
            self.add_error(
                "grounds",
                _("Write what the person is told of the grounds, so that they can answer."),
            )
        if day and day < clock.today():
            self.add_error(
                "from_day",
                _(
                    "A decision counts from the day it is recorded or later. Choose today or a later day."
                ),
            )
        if day and last and last < day:
            self.add_error(
                "until_day",
                _(
                    "The last day comes before the first. Choose a later last day, or leave it empty."
                ),
            )
        return data


class ConcernForm(forms.Form):
    text = hub_words(
        gettext_lazy("What were you told?"), gettext_lazy("Write down what you were told."), rows=8
    )


class OutcomeForm(forms.Form):
    outcome = hub_words(
        gettext_lazy("What came of it?"),
        gettext_lazy("Write down what came of it. Only the Hub reads it."),
    )


class FollowUpForm(forms.Form):
    note = hub_words(
        gettext_lazy("What was done?"),
        gettext_lazy("Write down what was done. Only the Hub reads it."),
        gettext_lazy(
            "For example who supports these people now, and whom you spoke to. Only Hub officers read it, and it can’t be changed afterwards."
        ),
        rows=5,
    )


class DropForm(forms.Form):
    why = hub_words(
        gettext_lazy("Why is it dropped?"),
        gettext_lazy("Write down why it is dropped. Only the Hub reads it."),
        rows=3,
    )

    def __init__(self, *args, is_of_award=False, **kwargs):
        """Of an award registrars read it too, so that is what the page says."""
        super().__init__(*args, **kwargs)
        if is_of_award:
            self.fields["why"].help_text = _("The registry and Hub officers read this.")
            self.fields["why"].error_messages["required"] = _(
                "Write down why it is dropped. The registry and the Hub read it."
            )


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label=gettext_lazy("Your answer"),
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=8000,
        help_text=gettext_lazy(
            "Only Hub officers read it. You send it once. Someone may help you write it."
        ),
        error_messages={"required": gettext_lazy("Write your answer, then send it.")},
    )


class WithholdForm(forms.Form):
    mode = forms.ChoiceField(
        label=gettext_lazy("Who can see this entry?"),
        widget=forms.RadioSelect,
        choices=Withholding.Mode.choices,
        initial=Withholding.Mode.EVERYBODY,
    )
    reason = hub_words(
        gettext_lazy("Why"), gettext_lazy("Write down why. Only the Hub reads it."), rows=4
    )


class LiftForm(forms.Form):
    mode = forms.ChoiceField(
        label=gettext_lazy("Who can see this entry then?"),
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    reason = hub_words(
        gettext_lazy("Why"), gettext_lazy("Write down why. Only the Hub reads it."), rows=4
    )

    def offer(self, withholding):
        """What shows more than now: where nobody is answered, also that organisations are told to ask the Hub."""
        every = [("", _("Everyone who asks with the number and family name"))]
        self.fields["mode"].choices = every + (
            [(Withholding.Mode.HUB, Withholding.Mode.HUB.label)]
            if withholding and withholding.mode == Withholding.Mode.EVERYBODY
            else []
        )
        if len(self.fields["mode"].choices) == 1:
            self.fields["mode"].widget = forms.HiddenInput()


class EntryForm(forms.Form):
    """What a holder asks of how their entry answers."""

    what = forms.ChoiceField(
        label=gettext_lazy("What do you ask for?"),
        widget=forms.RadioSelect,
        choices=[
            (
                EntryRequest.What.HUB,
                gettext_lazy(
                    "Approved organisations are told to ask the Hub; everyone else is told “Not found”"
                ),
            ),
            (EntryRequest.What.WITHHOLD, gettext_lazy("Everyone is told “Not found”")),
            (
                EntryRequest.What.NAME,
                gettext_lazy("I work under another family name: the check asks for that one"),
            ),
            (
                EntryRequest.What.LIFT,
                gettext_lazy("The check answers for me again, under the name on my certificate"),
            ),
        ],
        error_messages={"required": gettext_lazy("Choose what you ask for.")},
    )
    name = forms.CharField(
        label=gettext_lazy("The family name you work under"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs=PLAIN_TYPING),
    )
    text = forms.CharField(
        label=gettext_lazy("Anything the Hub should know"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("You need not say why. Only Hub officers read this."),
    )

    def clean(self):
        data = super().clean()
        if data.get("what") == EntryRequest.What.NAME and not (data.get("name") or "").strip():
            self.add_error("name", _("Write the family name you work under."))
        return data


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Your answer to them"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy(
            "They read it on their page. Needed when you leave things as they are."
        ),
    )


class WorkingNameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Family name"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs=PLAIN_TYPING),
        help_text=gettext_lazy("Leave empty to go back to the name on file."),
    )
    reason = hub_words(
        gettext_lazy("Why"), gettext_lazy("Write down why. Only the Hub reads it."), rows=4
    )

    def __init__(self, *args, is_change, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_change:  # a first name protects: it counts at once, unexplained
            del self.fields["reason"]
