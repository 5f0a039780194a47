"""What the registrar types about a certificate, and a holder about a link to their standing."""

from django import forms

from ..models import Revocation
from .checks import hub_words


class AgainForm(forms.Form):
    """Why a certificate is issued again, and in which language."""

    why = forms.ChoiceField(
        label="Why?",
        widget=forms.RadioSelect,
        choices=[
            ("name", "The name on file changed"),
            ("renewed", "The accreditation was renewed"),
            ("again", "Another reason, such as another language"),
        ],
        error_messages={"required": "Choose why."},
    )
    language = forms.ChoiceField(label="Language", widget=forms.RadioSelect)

    def __init__(self, *args, languages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages


class RevokeForm(forms.Form):
    """That an award was rescinded, or the rescission was wrong, or a credential is to be made again."""

    why = forms.ChoiceField(
        label="What happened?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happened."},
        help_text="A rescission ends the accreditation at once, when a second person confirms it. After a mistake, issue the certificate again: it carries a new credential.",
    )
    reason = hub_words("Why", "Write down why.", "The registry and Hub officers read this.", rows=4)

    def __init__(self, *args, is_rescinded=False, **kwargs):
        super().__init__(*args, **kwargs)
        put_right = [("reinstated", "The rescission was wrong, and the award counts again")]
        self.fields["why"].choices = put_right if is_rescinded else Revocation.Why.choices
        if is_rescinded:
            self.fields[
                "why"
            ].help_text = "The rescission stays on the record for its days. A second person confirms that the award counts again."


class ShareLinkForm(forms.Form):
    """A link to one's own standing."""

    label = forms.CharField(
        label="For whom?",
        max_length=120,
        help_text="Only you read this, so that you know which link to end.",
        error_messages={"required": "Write for whom the link is."},
    )
    days = forms.TypedChoiceField(
        label="How long does it last?",
        coerce=int,
        choices=[(1, "One day"), (7, "One week"), (30, "30 days")],
        initial=7,
        error_messages={"required": "Choose how long it lasts."},
    )
