"""What the Hub decides about somebody, and what holders ask and answer."""

from django import forms

from lms.kit import clock

from ..models import EntryRequest, Kind, Withholding
from .checks import PLAIN_TYPING, day_field, hub_words


class DecisionForm(forms.Form):
    kind = forms.ChoiceField(
        label="What do you propose?",
        widget=forms.RadioSelect,
        choices=[
            (Kind.CONDITIONS, "Conditions: they may act, within what you write"),
            (Kind.SUSPENDED, "Suspended: they may not act for now"),
            (Kind.RESTORED, "Restored: nothing decided before limits them"),
            (Kind.WITHDRAWN, "Withdrawn: the accreditation ends"),
        ],
        error_messages={"required": "Choose what you propose."},
    )
    from_day = day_field(
        label="From which day?", help_text="Today or later. What we answered before stands."
    )
    until_day = day_field(
        label="Until which day?",
        required=False,
        help_text="Its last day, for conditions or a suspension that end by themselves. Leave empty for no end.",
    )
    words = forms.CharField(
        label="The conditions",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only for conditions. Everyone who checks reads these words, so leave out why.",
    )
    is_interim = forms.BooleanField(
        label="Interim: it counts while something is looked into",
        required=False,
        help_text="For conditions or a suspension that cannot wait. It counts as soon as a second officer confirms it; the person answers afterwards.",
    )
    grounds = forms.CharField(
        label="What the person is told",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text="Enough for them to answer. Name no one who told you something. They have time to answer before it is confirmed.",
    )
    reason = forms.CharField(
        label="Why, for the Hub",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text="Only Hub officers read this.",
        error_messages={"required": "Write down why. Only the Hub reads it."},
    )

    def clean(self):
        given = super().clean()
        kind, day, last = given.get("kind"), given.get("from_day"), given.get("until_day")
        if kind == Kind.CONDITIONS and not (given.get("words") or "").strip():
            self.add_error("words", "Write the conditions as a checker should read them.")
        if kind and kind != Kind.CONDITIONS and (given.get("words") or "").strip():
            self.add_error(
                "words", "Conditions go with “Conditions” only. Choose that, or empty this field."
            )
        if kind not in (Kind.CONDITIONS, Kind.SUSPENDED):
            given["is_interim"], given["until_day"], last = False, None, None
        if (
            kind
            and kind != Kind.RESTORED
            and not given.get("is_interim")
            and not (given.get("grounds") or "").strip()
        ):
            self.add_error(
                "grounds", "Write what the person is told of the grounds, so that they can answer."
            )
        if day and day < clock.today():
            self.add_error(
                "from_day",
                "A decision counts from the day it is recorded or later. Choose today or a later day.",
            )
        if day and last and last < day:
            self.add_error(
                "until_day",
                "The last day comes before the first. Choose a later last day, or leave it empty.",
            )
        return given


class ConcernForm(forms.Form):
    text = hub_words("What were you told?", "Write down what you were told.", rows=8)


class OutcomeForm(forms.Form):
    outcome = hub_words("What came of it?", "Write down what came of it. Only the Hub reads it.")


class FollowUpForm(forms.Form):
    note = hub_words(
        "What was done?",
        "Write down what was done. Only the Hub reads it.",
        "For example who supports these people now, and whom you spoke to. Only Hub officers read it, and it can’t be changed afterwards.",
        rows=5,
    )


class DropForm(forms.Form):
    why = hub_words(
        "Why is it dropped?", "Write down why it is dropped. Only the Hub reads it.", rows=3
    )

    def __init__(self, *args, is_of_award=False, **kwargs):
        """Of an award registrars read it too, so that is what the page says."""
        super().__init__(*args, **kwargs)
        if is_of_award:
            self.fields["why"].help_text = "The registry and Hub officers read this."
            self.fields["why"].error_messages["required"] = (
                "Write down why it is dropped. The registry and the Hub read it."
            )


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label="Your answer",
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=8000,
        help_text="Only Hub officers read it. You send it once. Someone may help you write it.",
        error_messages={"required": "Write your answer, then send it."},
    )


class WithholdForm(forms.Form):
    mode = forms.ChoiceField(
        label="Who can see this entry?",
        widget=forms.RadioSelect,
        choices=Withholding.Mode.choices,
        initial=Withholding.Mode.EVERYBODY,
    )
    reason = hub_words("Why", "Write down why. Only the Hub reads it.", rows=4)


class LiftForm(forms.Form):
    mode = forms.ChoiceField(
        label="Who can see this entry then?", widget=forms.RadioSelect, required=False, initial=""
    )
    reason = hub_words("Why", "Write down why. Only the Hub reads it.", rows=4)

    def offer(self, withholding):
        """What shows more than now: where nobody is answered, also that organisations are told to ask the Hub."""
        every = [("", "Everyone who asks with the number and family name")]
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
        label="What do you ask for?",
        widget=forms.RadioSelect,
        choices=[
            (
                EntryRequest.What.HUB,
                "Approved organisations are told to ask the Hub; everyone else is told “Not found”",
            ),
            (EntryRequest.What.WITHHOLD, "Everyone is told “Not found”"),
            (
                EntryRequest.What.NAME,
                "I work under another family name: the check asks for that one",
            ),
            (
                EntryRequest.What.LIFT,
                "The check answers for me again, under the name on my certificate",
            ),
        ],
        error_messages={"required": "Choose what you ask for."},
    )
    name = forms.CharField(
        label="The family name you work under",
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs=PLAIN_TYPING),
    )
    text = forms.CharField(
        label="Anything the Hub should know",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="You need not say why. Only Hub officers read this.",
    )

    def clean(self):
        given = super().clean()
        if given.get("what") == EntryRequest.What.NAME and not (given.get("name") or "").strip():
            self.add_error("name", "Write the family name you work under.")
        return given


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Your answer to them",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="They read it on their page. Needed when you leave things as they are.",
    )


class WorkingNameForm(forms.Form):
    name = forms.CharField(
        label="Family name",
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs=PLAIN_TYPING),
        help_text="Leave empty to go back to the name on file.",
    )
    reason = hub_words("Why", "Write down why. Only the Hub reads it.", rows=4)

    def __init__(self, *args, is_change, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_change:  # a first name protects: it counts at once, unexplained
            del self.fields["reason"]
