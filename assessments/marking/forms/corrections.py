"""What a marker types to put a mistake in submitted marks right."""

from django import forms
from django.utils.translation import gettext_lazy

from ..actions.corrections import OtherFeedback
from ..actions.recordings import LONGEST_WORDS
from .marks import MarksForm


class CorrectionForm(MarksForm):
    """The marks as they should have been, and what the mistake was."""

    why = forms.CharField(
        label=gettext_lazy("What the mistake was"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "The programme office reads this and decides whether the correction counts. The trainee does not see it."
        ),
        error_messages={"required": gettext_lazy("Say what the mistake was.")},
    )
    file = forms.FileField(
        label=gettext_lazy("Another feedback file"),
        required=False,
        allow_empty_file=True,
        max_length=None,
        help_text=gettext_lazy(
            "A PDF or Word (.docx) file that the trainee gets in place of the one you submitted, if you submitted one."
        ),
    )
    recording = forms.FileField(
        label=gettext_lazy("Another recording"),
        required=False,
        allow_empty_file=True,
        max_length=None,
        help_text=gettext_lazy(
            "A WAV, MP3, Ogg or FLAC file of up to 10 minutes and 20 MB, in place of the one you submitted, if you submitted one. The trainee may know your voice."
        ),
    )
    words = forms.CharField(
        label=gettext_lazy("What the recording says, in writing"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    drops_recording = forms.BooleanField(
        label=gettext_lazy("Remove the recording, without another"), required=False
    )
    drops_file = forms.BooleanField(
        label=gettext_lazy("Take the feedback file away, without another"), required=False
    )

    def __init__(self, script, *args, **kwargs):
        super().__init__(script, *args, **kwargs)
        self.has_recording = bool(script.recording)
        if not script.files:
            del self.fields["drops_file"]
        if not script.recording:
            del self.fields["drops_recording"]
        if not script.takes_recordings:
            del self.fields["recording"]
        if not script.takes_recordings and not script.recording:
            del self.fields["words"]

    @classmethod
    def draft_of(cls, script):
        words = {"words": script.recording.words} if script.recording else {}
        return super().draft_of(script) | words

    def other_feedback(self) -> OtherFeedback:
        """As `request_correction` takes it."""
        given = self.cleaned_data
        drops = given.get("drops_recording", False)
        has_any = self.has_recording or given.get("recording") or given.get("words")
        return OtherFeedback(
            upload=given["file"],
            drops_file=given.get("drops_file", False),
            recording=None if drops else given.get("recording"),
            words=None if drops or not has_any else given.get("words"),
            drops_recording=drops,
        )
