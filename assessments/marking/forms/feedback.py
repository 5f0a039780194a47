"""A file or a recording with which a marker gives feedback."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.recordings import LONGEST_WORDS


class FeedbackForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Feedback file"),
        allow_empty_file=True,
        max_length=None,
        help_text=gettext_lazy(
            "One PDF or Word (.docx) file, up to 20 MB. We remove names and dates from its properties and comments. Leave your name out of the text: trainees do not see who marked."
        ),
        error_messages={
            "required": gettext_lazy("Choose the file."),
            "missing": gettext_lazy("Choose the file."),
        },
    )


class RecordingForm(forms.Form):
    """A recording, and what it says. Built from a BlindScript."""

    file = forms.FileField(
        label=gettext_lazy("Recording"),
        required=False,
        allow_empty_file=True,
        max_length=None,
        help_text=gettext_lazy(
            "A WAV, MP3, Ogg or FLAC file of up to 10 minutes and 20 MB. We keep the sound alone: nothing of when, where or on which device it was recorded."
        ),
        widget=forms.FileInput(attrs={"accept": ".wav,.mp3,.ogg,.oga,.opus,.flac"}),
    )
    words = forms.CharField(
        label=gettext_lazy("What you say, in writing"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "The trainee gets it beside the recording: not everyone can listen. You can save the recording first and write this later, but before you submit your marks."
        ),
    )

    def __init__(self, script, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_recording = bool(script.recording)
        if script.recording and not self.is_bound:
            self.initial["words"] = script.recording.words

    def clean(self):
        given = super().clean()
        if not self.has_recording and not given.get("file") and "file" not in self.errors:
            self.add_error("file", _("Record what you say, or choose a recording."))
        return given
