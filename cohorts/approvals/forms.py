"""A decision on an organisation."""

from django import forms

from ..fields import Day
from ..organisations.states import ApprovalAction


class DecisionForm(forms.Form):
    action = forms.ChoiceField(
        label="The decision",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the decision."},
    )
    from_day = Day(label="Effective from")
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The organisation's contacts read this. Needed when approval is suspended or ended.",
    )

    is_interim = forms.BooleanField(
        label="Interim: suspend at once",
        required=False,
        help_text="Only where people are at risk. It counts as soon as you propose it, and a second Hub officer confirms or lifts it.",
    )

    def __init__(self, *args, actions, **kwargs):
        super().__init__(*args, **kwargs)
        words = {
            ApprovalAction.APPROVED: "Approve it",
            ApprovalAction.SUSPENDED: "Suspend its approval",
            ApprovalAction.ENDED: "End its approval",
        }
        self.fields["action"].choices = [
            (action.value, words[action]) for action in ApprovalAction if action in actions
        ]
