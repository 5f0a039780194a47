"""What people type about dates, sessions and who was there; it refuses what no calendar could hold."""

from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import is_aware

from ..actions.attendance import MODES, WHY_PUT_RIGHT
from ..models import Module, Timetable, Unit

ABSENT = "absent"
PACES = {
    "3": "Two each week",
    "7": "One each week",
    "14": "One every two weeks",
    "21": "One every three weeks",
}
FAULTS = {"invalid": "Write the day as 22/09/2026.", "required": "Give the day."}


def day_field(label, **kwargs):
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages=FAULTS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **kwargs,
    )


class WeeklyForm(forms.Form):
    """From which day and how fast units open. It only fills the table; nothing is saved."""

    start = day_field("The first unit opens on")
    pace = forms.ChoiceField(
        label="Then how many open",
        choices=list(PACES.items()),
        initial="7",
        error_messages={"required": "Choose how fast units open."},
    )


class ReleasesForm(forms.Form):
    """Two dates for each unit, with those that stood when the page was opened."""

    def __init__(self, data=None, *, rows, suggested=None):
        super().__init__(data)
        self.rows = rows
        for row in rows:
            opens, ends = (suggested or {}).get(row.unit.pk, row.dates)
            key = row.unit.pk
            self.fields[f"opens_{key}"] = day_field(
                f"{row.unit.code} opens on", required=False, initial=opens
            )
            self.fields[f"ends_{key}"] = day_field(
                f"{row.unit.code} to finish by", required=False, initial=ends
            )
            self.fields[f"was_{key}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=packed(row.dates)
            )

    def lines(self):
        """(row, the field of the day it opens, the field of the day it ends, the hidden one)."""
        return [
            (r, self[f"opens_{r.unit.pk}"], self[f"ends_{r.unit.pk}"], self[f"was_{r.unit.pk}"])
            for r in self.rows
        ]

    @property
    def dates_by_unit(self) -> dict:
        get = self.cleaned_data.get
        return {r.unit.pk: (get(f"opens_{r.unit.pk}"), get(f"ends_{r.unit.pk}")) for r in self.rows}

    @property
    def seen(self) -> dict:
        return {
            r.unit.pk: unpacked(self.cleaned_data.get(f"was_{r.unit.pk}", "")) for r in self.rows
        }

    def clean(self):
        given = super().clean()
        for row in self.rows:
            opens, ends = given.get(f"opens_{row.unit.pk}"), given.get(f"ends_{row.unit.pk}")
            if opens and ends and ends < opens:
                self.add_error(
                    f"ends_{row.unit.pk}",
                    f"{row.unit.code}: it cannot be finished before it opens.",
                )
        return given

    def again(self, stands):
        """The form once more after somebody else saved: their dates count as seen, and stand where this reader
        had changed nothing. Returns (the form, what changed: (row, opens, ends))."""
        data, told = self.data.copy(), []
        for row in self.rows:
            key = row.unit.pk
            if key not in stands:
                continue
            if self.dates_by_unit[key] == self.seen[key]:
                data[f"opens_{key}"], data[f"ends_{key}"] = (
                    day.isoformat() if day else "" for day in stands[key]
                )
            data[f"was_{key}"] = packed(stands[key])
            told.append((row, *stands[key]))
        return ReleasesForm(data, rows=self.rows), told


def packed(pair) -> str:
    return "/".join(day.isoformat() if day else "" for day in pair)


def unpacked(text) -> tuple:
    first, _, last = text.partition("/")
    return read_day(first), read_day(last)


def read_day(text):
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return date.min  # nobody's date: somebody wrote into the page, and it will not match


class London(forms.DateTimeField):
    """A moment on London's clocks. Twice a year a night has an hour too few or too many."""

    def __init__(self, **kwargs):
        super().__init__(
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            error_messages={
                "required": "Give the day and the time.",
                "invalid": "Write the day and the time as 22/09/2026 16:00.",
            },
            **kwargs,
        )

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError as fault:
            if fault.code == "ambiguous_timezone":
                raise ValidationError(
                    "The clocks change in that night, so this time is missing or comes twice. Choose another."
                ) from None
            raise


class PlaceForm(forms.Form):
    starts_at = London(label="When", help_text="Day and time in London.")
    where = forms.CharField(
        label="Where",
        max_length=200,
        help_text="The room, or the address to join online. Only this cohort reads it.",
        error_messages={"required": "Say where: the room, or how to join."},
    )


class NewSessionForm(PlaceForm):
    timetable = forms.ModelChoiceField(
        label="Cohort",
        queryset=Timetable.objects.select_related("programme").order_by("-code"),
        empty_label="Choose a cohort",
        error_messages={"required": "Choose a cohort."},
    )
    unit = forms.ModelChoiceField(
        label="Unit",
        queryset=Unit.objects.select_related("module"),
        error_messages={"required": "Choose a unit."},
    )
    field_order = ["timetable", "unit", "starts_at", "where"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        groups = {}
        for unit in Unit.objects.select_related("module").order_by(
            "module__programme", "module__order", "order", "code"
        ):
            groups.setdefault(str(unit.module), []).append((unit.pk, str(unit)))
        self.fields["unit"].choices = [("", "Choose a unit"), *groups.items()]

    def clean(self):
        given = super().clean()
        timetable, unit = given.get("timetable"), given.get("unit")
        if (
            timetable
            and unit
            and not Module.objects.filter(
                pk=unit.module_id, programme=timetable.programme_id
            ).exists()
        ):
            self.add_error("unit", "This unit is not in the programme of that cohort.")
        return given


class MoveForm(PlaceForm):
    was_at = forms.CharField(widget=forms.HiddenInput, required=False)
    was_where = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    @classmethod
    def of(cls, session, data=None):
        return cls(
            data,
            initial={
                "starts_at": session.starts_at,
                "where": session.where,
                "was_at": session.starts_at.isoformat(),
                "was_where": session.where,
            },
        )

    @property
    def seen(self):
        try:
            at = datetime.fromisoformat(self.cleaned_data["was_at"])
        except ValueError:
            at = None
        return (at if at and is_aware(at) else None, self.cleaned_data["was_where"])


class CallOffForm(forms.Form):
    is_sure = forms.BooleanField(
        label="I have checked: this session does not take place.",
        error_messages={"required": "Tick to say that you have checked."},
    )


class AttendanceForm(forms.Form):
    """How each person was there. A person whose answer is recorded already is not in it."""

    MODES = [*MODES.items(), (ABSENT, "Not there")]

    def __init__(self, data=None, *, people, fill=""):
        super().__init__(data)
        self.people = people
        for one in people:
            self.fields[f"p_{one.person.pk}"] = forms.ChoiceField(
                label=one.person.full_name,
                choices=self.MODES,
                required=False,
                initial=fill or ABSENT,
                widget=forms.RadioSelect,
                error_messages={
                    "invalid_choice": f"Choose one of the answers for {one.person.full_name}."
                },
            )

    @property
    def present(self) -> dict:
        given = {one.person.pk: self.cleaned_data.get(f"p_{one.person.pk}") for one in self.people}
        return {pk: mode for pk, mode in given.items() if mode in MODES}

    def clean(self):
        given = super().clean()
        if not self.errors and not self.present:
            raise ValidationError(
                "No one is marked. Say who was there. If the session did not take place, call it off."
            )
        return given


class PutRightForm(forms.Form):
    mode = forms.ChoiceField(
        label="How were they there?",
        choices=AttendanceForm.MODES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the answers."},
    )
    why = forms.ChoiceField(
        label="Why is the list put right?",
        choices=list(WHY_PUT_RIGHT.items()),
        widget=forms.RadioSelect,
        help_text="Kept in the record. The trainee is told what the list now says, and not why.",
        error_messages={"required": "Choose why."},
    )
    was = forms.CharField(widget=forms.HiddenInput, required=False)
