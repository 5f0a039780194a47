"""A decision on an organisation."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..fields import Day, Lines
from ..organisations.states import ApprovalAction


class DecisionForm(forms.Form):
    action = forms.ChoiceField(
        label=gettext_lazy("The decision"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the decision.")},
    )
    from_day = Day(label=gettext_lazy("Effective from"))
    until_day = Day(
        label=gettext_lazy("Approved until"),
        required=False,
        help_text=gettext_lazy(
            "The last day of an approval. On the day after it the organisation is no longer approved, unless it is renewed. It counts for no other decision."
        ),
    )
    is_endless = forms.BooleanField(
        label=gettext_lazy("Without a last day"),
        required=False,
        help_text=gettext_lazy(
            "Then no one is reminded and the approval ends by a decision alone."
        ),
    )
    reason = Lines(
        label=gettext_lazy("Why"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The organisation's contacts read this. Needed when approval is suspended or ended."
        ),
    )

    is_interim = forms.BooleanField(
        label=gettext_lazy("Interim: suspend at once"),
        required=False,
        help_text=gettext_lazy(
            "Only where people are at risk. It counts as soon as you propose it, and a second Hub officer confirms or lifts it."
        ),
    )

    def __init__(self, *args, actions, **kwargs):
        super().__init__(*args, **kwargs)
        words = {
            ApprovalAction.APPROVED: _("Approve it, or renew its approval"),
            ApprovalAction.SUSPENDED: _("Suspend its approval"),
            ApprovalAction.ENDED: _("End its approval"),
        }
        self.fields["action"].choices = [
            (action.value, words[action]) for action in ApprovalAction if action in actions
        ]

    def clean(self):
        data = super().clean()
        if data.get("action") not in (None, ApprovalAction.APPROVED):
            data["until_day"] = None  # the day that the form suggests
        elif data.get("is_endless"):
            # Sent by a page that suggests a day: the tick is the later word.
            data["until_day"] = None
        elif data.get("action") and not data.get("until_day") and "until_day" not in self.errors:
            self.add_error(
                "until_day", _("Enter the last day of the approval, or tick “Without a last day”.")
            )
        return data
