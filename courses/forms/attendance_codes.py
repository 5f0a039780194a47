"""The code from the screen, as a trainee enters it."""

from django import forms
from django.utils.translation import gettext_lazy

from ..actions.attendance import MODES


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code on the screen"),
        max_length=20,
        help_text=gettext_lazy(
            "Six digits, such as 482 193. The code changes; the one before it still works."
        ),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Enter the code on the screen.")},
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("How are you attending?"),
        choices=list(MODES.items()),
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, asks_mode, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_mode:
            del self.fields["mode"]
