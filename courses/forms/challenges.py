"""What an author types to a trainee whose answer was not accepted."""

from django import forms
from django.utils.translation import gettext_lazy


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label=gettext_lazy("Why is it not right?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everyone who sent this answer reads your reply."),
        error_messages={
            "required": gettext_lazy(
                "Write why it is not right: the person who sent it will read this."
            )
        },
    )
