"""What is typed in a discussion."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy

from ..fields import Lines


class PostForm(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)
    text = Lines(
        label=gettext_lazy("What you want to say"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "An empty line begins a paragraph. An address that begins with https:// becomes a link. Name no one you support."
        ),
        error_messages={"required": gettext_lazy("Enter what you want to say.")},
    )
    content_note = forms.CharField(
        label=gettext_lazy("It mentions"),
        max_length=100,
        required=False,
        help_text=gettext_lazy(
            "For example “violence”. The text is then folded, and each reader opens it or not."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4


class ThreadForm(PostForm):
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=150,
        error_messages={"required": gettext_lazy("Enter a title.")},
    )
    field_order = ["token", "title", "text", "content_note"]


class ReportForm(forms.Form):
    words = Lines(
        label=gettext_lazy("What is wrong with it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Enter what is wrong with the post.")},
    )


class AppealForm(forms.Form):
    words = Lines(
        label=gettext_lazy("Why it should be shown"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Enter why the post should be shown.")},
    )


class HideForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("The author reads it."),
        error_messages={"required": gettext_lazy("Enter the reason: the author reads it.")},
    )


class DecisionForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=300,
        help_text=gettext_lazy("The author reads it."),
        error_messages={"required": gettext_lazy("Enter the answer: the author reads it.")},
    )
