"""What the registrar types about a certificate, and a holder about a link to their standing."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Revocation
from .checks import hub_words


class AgainForm(forms.Form):
    """Why a certificate is issued again, and in which language."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        widget=forms.RadioSelect,
        choices=[
            ("name", gettext_lazy("The name on file changed")),
            ("renewed", gettext_lazy("The accreditation was renewed")),
            ("again", gettext_lazy("Another reason, such as another language")),
        ],
        error_messages={"required": gettext_lazy("Choose why.")},
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=forms.RadioSelect)

    def __init__(self, *args, languages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages


class RevokeForm(forms.Form):
    """That an award was rescinded, or the rescission was wrong, or a credential is to be made again."""

    why = forms.ChoiceField(
        label=gettext_lazy("What happened?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what happened.")},
        help_text=gettext_lazy(
            "A rescission ends the accreditation at once, when a second person confirms it. After a mistake, issue the certificate again: it carries a new credential."
        ),
    )
    reason = hub_words(
        gettext_lazy("Why"),
        gettext_lazy("Write down why."),
        gettext_lazy("The registry and Hub officers read this."),
        rows=4,
    )

    def __init__(self, *args, is_rescinded=False, **kwargs):
        super().__init__(*args, **kwargs)
        put_right = [("reinstated", _("The rescission was wrong, and the award counts again"))]
        self.fields["why"].choices = put_right if is_rescinded else Revocation.Why.choices
        if is_rescinded:
            self.fields["why"].help_text = _(
                "The rescission stays on the record for its days. A second person confirms that the award counts again."
            )


class ShareLinkForm(forms.Form):
    """A link to one's own standing."""

    label = forms.CharField(
        label=gettext_lazy("For whom?"),
        max_length=120,
        help_text=gettext_lazy("Only you read this, so that you know which link to end."),
        error_messages={"required": gettext_lazy("Write for whom the link is.")},
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long does it last?"),
        coerce=int,
        choices=[
            (1, gettext_lazy("One day")),
            (7, gettext_lazy("One week")),
            (30, gettext_lazy("30 days")),
        ],
        initial=7,
        error_messages={"required": gettext_lazy("Choose how long it lasts.")},
    )
