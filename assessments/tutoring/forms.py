"""What a tutor types."""

import uuid
from contextlib import contextmanager

from django import forms
from django.utils.translation import gettext_lazy

from cohorts.fields import Day
from lms.kit import clock

from .models import ContactEntry
from .refusals import AlreadySent, LeavesOut

AREA = {"rows": 8}
NO_ONE = gettext_lazy("No one is chosen. Go back to the cohort, and choose the people.")


class SingleUseForm(forms.Form):
    """A form with a key, so that what is sent twice arrives once."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4

    def put(self, **values):
        """When it is shown again it has these, whatever was sent."""
        self.data = self.data.copy()
        for name, value in values.items():
            self.data[name] = value

    @contextmanager
    def ways_on(self):
        """What an action refuses inside it goes on; where the form can be sent after all, it comes back so that it can."""
        try:
            yield
        except AlreadySent:
            self.put(token=str(uuid.uuid4()))
            raise
        except LeavesOut as refused:
            if refused.others:
                self.put(people=",".join(map(str, refused.others)))
                self.cleaned_data["people"] = refused.others
            raise


class MessageForm(SingleUseForm):
    people = forms.CharField(widget=forms.HiddenInput, error_messages={"required": NO_ONE})
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=150,
        error_messages={"required": gettext_lazy("Enter what the message is about.")},
    )
    body = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=5000,
        widget=forms.Textarea(attrs=AREA),
        help_text=gettext_lazy(
            "The email only says that there is a message. They read it on their own page, where it stays; other tutors of the cohort and the programme "
            "office can read it too. Nothing about health, about a due date, an extension or work that was handed in (whoever reads this may mark it), and "
            "nothing about whether anyone is a survivor."
        ),
        error_messages={"required": gettext_lazy("Enter the message.")},
    )
    reply_to = forms.CharField(
        label=gettext_lazy("Where they can reply"),
        max_length=200,
        help_text=gettext_lazy(
            "An email address, telephone number or office. It stands below the message, as no one can reply to you on this site."
        ),
        error_messages={"required": gettext_lazy("Enter where they can reply.")},
    )

    def text(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("subject", "body", "reply_to")}

    def clean_people(self):
        parts = self.cleaned_data["people"].split(",")
        keys = {int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19}
        if not keys:
            raise forms.ValidationError(NO_ONE)
        return sorted(keys)


class ContactForm(SingleUseForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("How you were in touch"),
        choices=ContactEntry.KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how you were in touch.")},
    )
    day = Day(label=gettext_lazy("Day"))
    note = forms.CharField(
        label=gettext_lazy("What it was about"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "A short, neutral note, such as “Talked about the timetable; will finish unit 3 by Friday”. Nothing about health, family or why they need time, "
            "about a due date, an extension or work that was handed in (whoever reads this may mark it), and nothing about whether anyone is a survivor. "
            "They read this note themselves; so do other tutors of the cohort and the programme office."
        ),
        error_messages={"required": gettext_lazy("Enter what it was about.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("kind", "day", "note")}


class AnnouncementForm(SingleUseForm):
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=150,
        help_text=gettext_lazy("It also stands in the notice that everyone gets."),
        error_messages={"required": gettext_lazy("Enter a title.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=5000,
        widget=forms.Textarea(attrs=AREA),
        help_text=gettext_lazy(
            "An empty line begins a paragraph. An address that begins with https:// becomes a link. Name no trainee: the whole cohort reads it."
        ),
        error_messages={"required": gettext_lazy("Enter the text.")},
    )
    show_until = Day(label=gettext_lazy("Last day it is shown"))

    def clean_show_until(self):
        if self.cleaned_data["show_until"] < clock.today():
            raise forms.ValidationError(gettext_lazy("Choose today or a later day."))
        return self.cleaned_data["show_until"]

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("title", "text", "show_until")}
