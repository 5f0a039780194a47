"""Which file of questions is looked at; no more of it than its name and size."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_MEGABYTES = 2


class QuestionFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The file"),
        allow_empty_file=True,
        max_length=200,
        help_text=gettext_lazy(
            "Questions as Moodle XML (.xml), GIFT (.gift, .txt), Aiken (.txt), or QTI 2.1 and 2.2 items (.xml, .zip), up to 2 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".xml,.gift,.txt,.aiken,.zip"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "missing"), gettext_lazy("Choose a file.")
        )
        | {
            "max_length": gettext_lazy(
                "The name of this file is too long. Give it a shorter one and choose it again."
            )
        },
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(
                _(
                    "%(file)s: this file is larger than %(most)s MB. Divide it, then choose it again."
                )
                % {"file": file.name, "most": MOST_MEGABYTES}
            )
        return file
