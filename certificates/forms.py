"""What people type in this room: a check, a file to verify, what holders ask, and the Hub's decisions."""
from django import forms
from django.conf import settings

from cohorts.imports.sheets import FileProblem
from lms.kit import clock, nations
from lms.kit.codes import Misread
from lms.kit.files.limits import OutOfTime, within
from lms.kit.refusals import Refused

from .actions.checks import insist_readable, numbers_meant
from .actions.ruling import LIMITS
from .facts import months_after
from .listing import filed, pasted
from .models import EntryRequest, Kind, Purpose, Token, Withholding
from .rules import FIRST_DAY, may_be_asked
from .ruling import Rules
from .said import in_words

LARGEST = 5 * 1024 * 1024
SECONDS_FOR_A_FILE = 15
PLAIN_TYPING = {"autocomplete": "off", "spellcheck": "false"}


def day_field(**kwargs):
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **kwargs.pop("attrs", {})}),
        error_messages={
            "required": "Choose a day.", "invalid": "Write the day as 14 November 2026 would be here: 2026-11-14.",
        }, **kwargs,
    )


def insist_askable(day):
    """The day as it was given; a ValidationError for one about which nothing is answered."""
    may = may_be_asked(day) if day else True
    if not may:
        raise forms.ValidationError(may.reason)
    return day


class CheckForm(forms.Form):
    number = forms.CharField(
        label="IMSA number or certificate number", max_length=40,
        help_text="Such as IMSA-7K3M-29XQ or C-7K3M-29XQ. Capitals, spaces and hyphens do not matter.",
        widget=forms.TextInput(attrs={**PLAIN_TYPING, "autocapitalize": "characters"}),
        error_messages={
            "required": "Type the number on the certificate or the badge.",
            "max_length": "That is too long for a number. It has eight characters after IMSA or C.",
        },
    )
    surname = forms.CharField(
        label="Family name", max_length=150, help_text="As on the certificate. For somebody with one name, that name.",
        widget=forms.TextInput(attrs=PLAIN_TYPING),
        error_messages={"required": "Type the family name.", "max_length": "That is too long for a name."},
    )
    on = day_field(
        label="Day", required=False, help_text=f"Any day from {FIRST_DAY.day} {FIRST_DAY:%B %Y} to today. Leave empty for today.",
    )
    purpose = forms.ChoiceField(
        label="Why you ask", choices=[("", "Choose one"), *Purpose.choices], required=False,
        help_text="The person reads this beside your organisation’s name.", error_messages={"required": "Choose why you ask. The person reads it."},
    )
    why = forms.CharField(
        label="In your own words", required=False, max_length=200, help_text="The person reads this too. Name no survivor.",
        error_messages={"max_length": "That is longer than 200 characters."},
    )
    organisation = forms.ChoiceField(label="On behalf of", required=False)

    def __init__(self, *args, organisations=(), **kwargs):
        """`organisations`: those the asker is a contact of; with one or more they say why they ask."""
        super().__init__(*args, **kwargs)
        self.organisations = {str(o.pk): o for o in organisations}
        self.fields["organisation"].choices = [(key, o.name) for key, o in self.organisations.items()]
        if not self.organisations:
            self.fields["purpose"].help_text = self.fields["why"].help_text = "The person can read this. They do not learn who you are."
        self.fields["purpose"].required = bool(self.organisations)
        self.fields["organisation"].required = len(self.organisations) > 1
        if len(self.organisations) < 2:
            del self.fields["organisation"]

    def behalf(self):
        """The organisation on whose behalf a valid form asks, or None."""
        if len(self.organisations) == 1:
            return next(iter(self.organisations.values()))
        return self.organisations.get(self.cleaned_data.get("organisation"))

    def clean_number(self):
        try:
            self.numbers = numbers_meant(self.cleaned_data["number"])
        except Misread as misread:
            raise forms.ValidationError(str(misread)) from None
        return self.cleaned_data["number"]

    def clean_surname(self):
        try:
            insist_readable(self.cleaned_data["surname"], clock.today())
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        return self.cleaned_data["surname"]

    def clean_on(self):
        return insist_askable(self.cleaned_data["on"])


class VerifyForm(forms.Form):
    file = forms.FileField(
        label="Certificate or badge", required=False, allow_empty_file=True,
        help_text="The PDF, or a badge as a PNG or SVG picture or a text file, up to 5 MB. It is read and not kept.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf,image/png,.png,image/svg+xml,.svg,.jwt,.txt"}),
    )
    text = forms.CharField(
        label="Or paste a credential", required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 3, **PLAIN_TYPING}),
        help_text="A long line of letters in three parts, as a wallet shows it.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise forms.ValidationError(
                "That file is larger than 5 MB, and nothing we issue is. Choose the file that was issued."
            )
        if file is not None and file is not False and not file.size:
            raise forms.ValidationError("That file is empty. Choose the file that was issued.")
        return file

    def clean(self):
        given = super().clean()
        if not self.errors and not given.get("file") and not (given.get("text") or "").strip():
            self.add_error("file", "Choose the file of a certificate or badge, or paste a credential.")
        return given

    def content(self) -> bytes:
        file = self.cleaned_data.get("file")
        return file.read() if file else self.cleaned_data["text"].strip().encode()


class ReceiptForm(forms.Form):
    file = forms.FileField(label="Receipt", required=False, help_text="The file as it was downloaded, up to 1 MB.", allow_empty_file=True)
    pasted = forms.CharField(
        label="Or paste it", required=False, max_length=100_000, widget=forms.Textarea(attrs={"rows": 4, **PLAIN_TYPING}),
        help_text="A long line of letters in three parts.",
    )

    def clean(self):
        given = super().clean()
        file = given.get("file")
        if file and file.size > 1024 * 1024:
            self.add_error("file", "That file is larger than 1 MB, and no receipt of ours is.")
        elif not self.errors and not (file and file.size) and not (given.get("pasted") or "").strip():
            self.add_error("file", "Choose the file of a receipt, or paste one.")
        return given

    def text(self) -> str:
        file = self.cleaned_data.get("file")
        return file.read().decode("ascii", "replace") if file else self.cleaned_data["pasted"]


class DecisionForm(forms.Form):
    kind = forms.ChoiceField(
        label="What do you propose?", widget=forms.RadioSelect,
        choices=[
            (Kind.CONDITIONS, "Conditions: they may act, within what you write"),
            (Kind.SUSPENDED, "Suspended: they may not act for now"),
            (Kind.RESTORED, "Restored: nothing decided before limits them"),
            (Kind.WITHDRAWN, "Withdrawn: the accreditation ends"),
        ],
        error_messages={"required": "Choose what you propose."},
    )
    from_day = day_field(label="From which day?", help_text="Today or later. What we answered before stands.")
    until_day = day_field(
        label="Until which day?", required=False, help_text="Its last day, for conditions or a suspension that end by themselves. Leave empty for no end.",
    )
    words = forms.CharField(
        label="The conditions", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only for conditions. Everybody who checks reads these words, so leave out why.",
    )
    is_interim = forms.BooleanField(
        label="Interim: it counts while something is looked into", required=False,
        help_text="For conditions or a suspension that cannot wait. It counts as soon as a second officer confirms it; the person answers afterwards.",
    )
    grounds = forms.CharField(
        label="What the person is told", required=False, widget=forms.Textarea(attrs={"rows": 5}), max_length=4000,
        help_text="Enough for them to answer. Name nobody who told you something. They have time to answer before it is confirmed.",
    )
    reason = forms.CharField(
        label="Why, for the Hub", widget=forms.Textarea(attrs={"rows": 5}), max_length=4000,
        help_text="Only Hub officers read this.",
        error_messages={"required": "Write down why. Only the Hub reads it."},
    )

    def clean(self):
        given = super().clean()
        kind, day, last = given.get("kind"), given.get("from_day"), given.get("until_day")
        if kind == Kind.CONDITIONS and not (given.get("words") or "").strip():
            self.add_error("words", "Write the conditions as a checker should read them.")
        if kind and kind != Kind.CONDITIONS:
            given["words"] = ""
        if kind not in (Kind.CONDITIONS, Kind.SUSPENDED):
            given["is_interim"], given["until_day"], last = False, None, None
        if kind and kind != Kind.RESTORED and not given.get("is_interim") and not (given.get("grounds") or "").strip():
            self.add_error("grounds", "Write what the person is told of the grounds, so that they can answer.")
        if day and day < clock.today():
            self.add_error("from_day", "A decision counts from the day it is recorded or later. Choose today or a later day.")
        if day and last and last < day:
            self.add_error("until_day", "The last day comes before the first. Choose a later last day, or leave it empty.")
        return given


def hub_words(label, empty, help_text="Only Hub officers read this.", rows=5):
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=4000, help_text=help_text, error_messages={"required": empty},
    )


class ConcernForm(forms.Form):
    text = hub_words("What were you told?", "Write down what you were told.", rows=8)


class OutcomeForm(forms.Form):
    outcome = hub_words("What came of it?", "Write down what came of it. Only the Hub reads it.")


class DropForm(forms.Form):
    why = hub_words("Why is it dropped?", "Write down why it is dropped. Only the Hub reads it.", rows=3)


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label="Your answer", widget=forms.Textarea(attrs={"rows": 10}), max_length=8000,
        help_text="Only Hub officers read it. You send it once. Somebody may help you write it.",
        error_messages={"required": "Write your answer, then send it."},
    )


class WithholdForm(forms.Form):
    mode = forms.ChoiceField(label="Who is answered?", widget=forms.RadioSelect, choices=Withholding.Mode.choices, initial=Withholding.Mode.EVERYBODY)
    reason = hub_words("Why", "Write down why. Only the Hub reads it.", rows=4)


class LiftForm(forms.Form):
    reason = hub_words("Why", "Write down why. Only the Hub reads it.", rows=4)


class EntryForm(forms.Form):
    """What a holder asks of how their entry answers."""

    what = forms.ChoiceField(
        label="What do you ask for?", widget=forms.RadioSelect,
        choices=[
            (EntryRequest.What.HUB, "Approved organisations are told to ask the Hub; everybody else is told “Not found”"),
            (EntryRequest.What.WITHHOLD, "Everybody is told “Not found”"),
            (EntryRequest.What.NAME, "I work under another family name: the check asks for that one"),
            (EntryRequest.What.LIFT, "The check answers for me again, under the name on my certificate"),
        ],
        error_messages={"required": "Choose what you ask for."},
    )
    name = forms.CharField(label="The family name you work under", required=False, max_length=150, widget=forms.TextInput(attrs=PLAIN_TYPING))
    text = forms.CharField(
        label="Anything the Hub should know", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="You need not say why. Only Hub officers read this.",
    )

    def clean(self):
        given = super().clean()
        if given.get("what") == EntryRequest.What.NAME and not (given.get("name") or "").strip():
            self.add_error("name", "Write the family name you work under.")
        return given


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Your answer to them", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text="They read it on their page. Needed when you leave things as they are.",
    )


class WorkingNameForm(forms.Form):
    name = forms.CharField(
        label="Family name", required=False, max_length=150, widget=forms.TextInput(attrs=PLAIN_TYPING),
        help_text="Leave empty to go back to the name on file.",
    )


class AgainForm(forms.Form):
    """Why a certificate is issued again, and in which language."""

    why = forms.ChoiceField(label="Why?", widget=forms.RadioSelect, choices=[
        ("name", "The name on file changed"), ("renewed", "The accreditation was renewed"), ("again", "Another reason, such as another language"),
    ], error_messages={"required": "Choose why."})
    language = forms.ChoiceField(label="Language", widget=forms.RadioSelect)

    def __init__(self, *args, languages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages


class RevokeForm(forms.Form):
    reason = hub_words("Why", "Write down why.", "The registry and Hub officers read this.", rows=4)


# ---- renewing ----

class LogForm(forms.Form):
    """An entry of one's own log."""

    on_day = day_field(label="Day")
    hours = forms.DecimalField(
        label="How long, in hours", min_value=0.25, max_value=24, decimal_places=2, help_text="Such as 1.5 for an hour and a half.",
        error_messages={
            "required": "Write how long it took.", "invalid": "Write a number of hours, such as 1.5.", "min_value": "A quarter of an hour is the least.",
            "max_value": "An entry lasts a day at most. Write one for each day.", "max_decimal_places": "Write hours with two decimals at most.",
            "max_digits": "Write a number of hours, such as 1.5.", "max_whole_digits": "An entry lasts a day at most. Write one for each day.",
        },
    )
    what = forms.CharField(
        label="What it was", max_length=300, help_text="A course, a book, a case talked over, a visit.", error_messages={"required": "Write what it was."},
    )
    learnt = forms.CharField(
        label="What you take from it", max_length=8000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Only you read this, a peer you ask, and the Hub if your log is drawn. Name no survivor.",
        error_messages={"required": "Write what you take from it."},
    )

    def clean_on_day(self):
        day = self.cleaned_data["on_day"]
        if day > clock.today():
            raise forms.ValidationError("Write it down once it has happened: that day has not come yet.")
        return day

    def given(self) -> dict:
        data = self.cleaned_data
        return {"on_day": data["on_day"], "minutes": round(data["hours"] * 60), "what": data["what"], "learnt": data["learnt"]}


class PeerForm(forms.Form):
    """A colleague by number and family name; whether they exist is not said."""

    number = forms.CharField(label="Their IMSA number", max_length=40, widget=forms.TextInput(attrs=PLAIN_TYPING))
    surname = forms.CharField(label="Their family name", max_length=150, widget=forms.TextInput(attrs=PLAIN_TYPING))

    def clean_number(self):
        try:
            numbers_meant(self.cleaned_data["number"])
        except Misread as misread:
            raise forms.ValidationError(str(misread)) from None
        return self.cleaned_data["number"]


class TalkForm(forms.Form):
    words = forms.CharField(
        label="Anything you want to add", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Your colleague reads it, and the Hub if the log is drawn. Name no survivor.",
    )


class RenewalForm(forms.Form):
    statement = forms.CharField(
        label="Your practice in this term", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text="What you did as an advocate, what went well, what you would do otherwise. Name no survivor. Only the Hub reads it.",
    )
    is_declared = forms.BooleanField(
        label="I declare that nothing I know of stands against my practising as an advocate, and that what I wrote is true", required=False,
    )


class LogWordsForm(forms.Form):
    words = forms.CharField(
        label="About the log", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), help_text="Only Hub officers read this.",
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label="Why it is not granted", widget=forms.Textarea(attrs={"rows": 4}), max_length=4000,
        help_text="The person reads this, so that they know what to do.", error_messages={"required": "Write down why. The person reads it."},
    )


# ---- the Hub's rules ----

RULE_LABELS = {
    "years": ("An accreditation is valid for", "years"), "window_months": ("Its renewal can be asked for", "months before its last day"),
    "progress_months": ("A renewal asked for in time keeps it going for", "months at most"),
    "grace_months": ("Without a post that counts it lapses after", "months"), "cpd_hours": ("Learning in one term", "hours"),
    "peer_talks": ("Entries of the log talked over with a peer", "in one term"), "audit_percent": ("Logs the Hub reads, drawn by lot", "in a hundred"),
    "temporary_months": ("A temporary accreditation runs", "months at most"),
}


class RulesForm(forms.Form):
    """Every rule, and the day from which all of them count."""

    from_day = day_field(label="From which day?", help_text="Today or later. What was decided before keeps to the rules of its day.")

    def __init__(self, *args, with_reason=True, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, unit) in RULE_LABELS.items():
            least, most = LIMITS[name]
            self.fields[name] = forms.IntegerField(
                label=f"{label} ({unit})", min_value=least, max_value=most,
                error_messages={
                    "required": f"{label}: write a whole number.", "invalid": f"{label}: write a whole number.",
                    "min_value": f"{label}: {least} at least.", "max_value": f"{label}: {most} at most.",
                },
            )
        if with_reason:
            self.fields["reason"] = forms.CharField(
                label="Why", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, help_text="So that those who come after you know.",
                error_messages={"required": "Write down why, so that those who come after you know."},
            )

    def clean_from_day(self):
        day = self.cleaned_data["from_day"]
        if day < clock.today():
            raise forms.ValidationError("Rules count from today or a later day.")
        return day

    def rules(self) -> Rules:
        return Rules(**{name: self.cleaned_data[name] for name in RULE_LABELS})


class LeaveForm(forms.Form):
    """Leave to act before the certificate."""

    nations = forms.MultipleChoiceField(
        label="Nations", choices=list(nations.NATIONS.items()), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one nation."},
    )
    from_day = day_field(label="From which day?")
    until_day = day_field(label="Until which day?", help_text="Its last day.")
    reason = hub_words("Why", "Write down why. Only the Hub reads it.", rows=3)

    def clean(self):
        given = super().clean()
        if given.get("from_day") and given["from_day"] < clock.today():
            self.add_error("from_day", "It begins today or on a later day.")
        if given.get("from_day") and given.get("until_day") and given["until_day"] < given["from_day"]:
            self.add_error("until_day", "The last day comes before the first. Choose a later last day.")
        return given


class RehearseForm(forms.Form):
    """A coming day, and perhaps something supposed."""

    day = day_field(label="Which day?", help_text="A day to come, within six years.")
    organisation = forms.ChoiceField(label="Suppose this organisation’s approval is suspended", required=False)
    suppose_from = day_field(label="From which day?", required=False, help_text="Today if left empty.")

    def __init__(self, *args, organisations=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", "Nothing is supposed"), *((str(o.pk), o.name) for o in organisations)]

    def clean_day(self):
        day, today = self.cleaned_data["day"], clock.today()
        if not today < day <= months_after(today, 72):
            raise forms.ValidationError("Choose a day to come, within six years.")
        return day

    def clean_suppose_from(self):
        day = self.cleaned_data["suppose_from"]
        if day and day < clock.today():
            raise forms.ValidationError("Suppose it from today or a later day.")
        return day


# ---- an organisation that asks ----

def of_organisations(organisations):
    """The field that says on whose behalf, where there is a choice."""
    return forms.ChoiceField(label="On behalf of", choices=[(str(o.pk), o.name) for o in organisations], error_messages={"required": "Choose one."})


class ListFields(forms.Form):
    """A list of people, pasted or as a file, and why it is asked."""

    pasted = forms.CharField(
        label="Numbers and family names", required=False, max_length=1_000_000, widget=forms.Textarea(attrs={"rows": 8, **PLAIN_TYPING}),
        help_text="One person on each line: the number, then the family name. Copied from a spreadsheet is fine. A third part can be your own reference.",
    )
    file = forms.FileField(
        label="Or a file", required=False, allow_empty_file=True, help_text="CSV or Excel (.xlsx), up to 10,000 lines, with columns called Number and Family name.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}),
    )
    purpose = forms.ChoiceField(
        label="Why you ask", choices=[("", "Choose one"), *Purpose.choices], help_text="Each person reads this beside your organisation’s name.",
        error_messages={"required": "Choose why you ask. Each person reads it."},
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisations = {str(o.pk): o for o in organisations}
        if len(organisations) > 1:
            self.fields["organisation"] = of_organisations(organisations)

    def behalf(self):
        if len(self.organisations) == 1:
            return next(iter(self.organisations.values()))
        return self.organisations.get(self.cleaned_data.get("organisation"))

    def clean(self):
        given = super().clean()
        file = given.get("file")
        if file and file.size > 5_000_000:
            self.add_error("file", "That file is larger than 5 MB. Bring it in parts.")
        elif not self.errors:
            self._read(given, file)
        return given

    def _read(self, given, file):
        try:
            if file:
                with within(SECONDS_FOR_A_FILE):
                    self.lines = filed(file.read(), self.day(given))
            else:
                self.lines = pasted(given.get("pasted") or "", self.day(given))
        except FileProblem as problem:
            self.add_error("file" if file else "pasted", str(problem))
        except OutOfTime:
            self.add_error("file", "This file takes too long to read. Save it as CSV and bring that.")

    def day(self, given):
        return clock.today()


class ListForm(ListFields):
    why = forms.CharField(label="In your own words", required=False, max_length=200, help_text="Each person reads this too. Name no survivor.")
    on = day_field(label="About which day?", required=False, help_text="Leave empty for today.")
    field_order = ["organisation", "pasted", "file", "purpose", "why", "on"]

    def clean_on(self):
        return insist_askable(self.cleaned_data["on"])

    def day(self, given):
        return given.get("on") or clock.today()


class WatchForm(ListFields):
    ends_on = day_field(label="Until which day?", help_text="The watch ends by itself after it. You can renew it.")
    field_order = ["organisation", "pasted", "file", "purpose", "ends_on"]

    def clean_ends_on(self):
        day, today = self.cleaned_data["ends_on"], clock.today()
        longest = months_after(today, settings.IMSA_WATCH_MONTHS)
        if not today < day <= longest:
            raise forms.ValidationError(f"Choose a last day between tomorrow and {in_words(longest)}.")
        return day


class TokenForm(forms.Form):
    """A key for an organisation's own program."""

    name = forms.CharField(label="Which program uses it?", max_length=80, error_messages={"required": "Name the key after the program that uses it."})
    scopes = forms.MultipleChoiceField(
        label="What may it do?", choices=Token.Scope.choices, widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose what it may do."},
    )
    ends_on = day_field(label="Until which day?", help_text="A year at most.")

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        if len(organisations) > 1:
            self.fields["organisation"] = of_organisations(organisations)

    def clean_ends_on(self):
        day, today = self.cleaned_data["ends_on"], clock.today()
        if not today <= day <= months_after(today, 12):
            raise forms.ValidationError(f"A key lasts a year at most: choose a last day up to {in_words(months_after(today, 12))}.")
        return day


class HookForm(forms.Form):
    """An address to which changes are sent."""

    address = forms.CharField(
        label="Address", max_length=400, widget=forms.URLInput(attrs=PLAIN_TYPING), help_text="It begins with https:// and is reachable from the internet.",
        error_messages={"required": "Write the address."},
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        if len(organisations) > 1:
            self.fields["organisation"] = of_organisations(organisations)


class ProofForm(forms.Form):
    """A link to one's own standing."""

    label = forms.CharField(
        label="For whom?", max_length=120, help_text="Only you read this, so that you know which link to end.",
        error_messages={"required": "Write for whom the link is."},
    )
    days = forms.TypedChoiceField(
        label="How long does it last?", coerce=int, choices=[(1, "One day"), (7, "One week"), (30, "30 days")], initial=7,
        error_messages={"required": "Choose how long it lasts."},
    )
