"""What people type about dates, sessions and who was there; it refuses what no calendar could hold."""

from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.attendance import MODES, WHY_PUT_RIGHT
from ..actions.session_details import LONGEST, NO_LINK, SHORTEST, Details, holds_link
from ..models import CancelReason, Module, SessionMode, Timetable, Unit

ABSENT = "absent"
PACES = {
    "3": gettext_lazy("Two each week"),
    "7": gettext_lazy("One each week"),
    "14": gettext_lazy("One every two weeks"),
    "21": gettext_lazy("One every three weeks"),
}
FAULTS = {
    "invalid": gettext_lazy("Write the day as 22/09/2026."),
    "required": gettext_lazy("Give the day."),
}


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

    start = day_field(gettext_lazy("The first unit opens on"))
    pace = forms.ChoiceField(
        label=gettext_lazy("Then how many open"),
        choices=list(PACES.items()),
        initial="7",
        error_messages={"required": gettext_lazy("Choose how fast units open.")},
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
                _("%(code)s opens on") % {"code": row.unit.code}, required=False, initial=opens
            )
            self.fields[f"ends_{key}"] = day_field(
                _("%(code)s to finish by") % {"code": row.unit.code}, required=False, initial=ends
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
        data = super().clean()
        for row in self.rows:
            opens, ends = data.get(f"opens_{row.unit.pk}"), data.get(f"ends_{row.unit.pk}")
            if opens and ends and ends < opens:
                self.add_error(
                    f"ends_{row.unit.pk}",
                    _("%(code)s: it cannot be finished before it opens.") % {"code": row.unit.code},
                )
        return data

    def again(self, stands):
        """The form once more after somebody else saved: their dates count as seen, and stand where this reader
        had changed nothing. Returns (the form, what changed: (row, opens, ends))."""
        data, notes = self.data.copy(), []
        for row in self.rows:
            key = row.unit.pk
            if key not in stands:
                continue
            if self.dates_by_unit[key] == self.seen[key]:
                data[f"opens_{key}"], data[f"ends_{key}"] = (
                    day.isoformat() if day else "" for day in stands[key]
                )
            data[f"was_{key}"] = packed(stands[key])
            notes.append((row, *stands[key]))
        return ReleasesForm(data, rows=self.rows), notes


def packed(pair) -> str:
    return "/".join(day.isoformat() if day else "" for day in pair)


def unpacked(text) -> tuple:
    first, _unused, last = text.partition("/")
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
                "required": _("Give the day and the time."),
                "invalid": _("Write the day and the time as 22/09/2026 16:00."),
            },
            **kwargs,
        )

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError as fault:
            if fault.code == "ambiguous_timezone":
                raise ValidationError(
                    _(
                        "The clocks change in that night, so this time is missing or comes twice. Choose another."
                    )
                ) from None
            raise


class WayForm(forms.Form):
    """How long, where and in which way people meet."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        min_value=SHORTEST,
        max_value=LONGEST,
        required=False,
        initial=120,
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("How people attend"),
        choices=SessionMode.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Select on campus, online, or both.")},
    )
    where = forms.CharField(
        label=gettext_lazy("Where"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "The room and building. Only this cohort reads it. Leave it empty if the session is online only."
        ),
    )
    link = forms.URLField(
        label=gettext_lazy("Joining link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy(
            "Shown to this cohort from a day before, after signing in. It is never in an email or a calendar."
        ),
        error_messages={"invalid": gettext_lazy("Enter the whole link, beginning with https://.")},
    )

    @property
    def details(self) -> Details:
        get = self.cleaned_data.get
        return Details(get("mode") or "", get("minutes"), get("link") or "")

    def clean_where(self):
        if holds_link(self.cleaned_data["where"]):
            raise ValidationError(NO_LINK)
        return self.cleaned_data["where"]

    def clean_link(self):
        link = self.cleaned_data["link"]
        if link and not link.startswith("https://"):
            raise ValidationError(_("Enter the whole link, beginning with https://."))
        return link

    def clean(self):
        data = super().clean()
        if (
            "where" not in self.errors
            and not data.get("where")
            and data.get("mode") != SessionMode.ONLINE
        ):
            self.add_error("where", _("Say where, such as the room."))
        return data


class PlaceForm(WayForm):
    starts_at = London(
        label=gettext_lazy("When"), help_text=gettext_lazy("Day and time in London.")
    )
    field_order = ["starts_at", "minutes", "mode", "where", "link"]


class UnitChoice(forms.Form):
    """A cohort, and a unit of its programme."""

    timetable = forms.ModelChoiceField(
        label=gettext_lazy("Cohort"),
        queryset=Timetable.objects.select_related("programme").order_by("-code"),
        empty_label=gettext_lazy("Choose a cohort"),
        error_messages={"required": gettext_lazy("Choose a cohort.")},
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit"),
        queryset=Unit.objects.select_related("module"),
        error_messages={"required": gettext_lazy("Choose a unit.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("Choose a unit")), *unit_choices()]

    def clean(self):
        data = super().clean()
        timetable, unit = data.get("timetable"), data.get("unit")
        if (
            timetable
            and unit
            and not Module.objects.filter(
                pk=unit.module_id, programme=timetable.programme_id
            ).exists()
        ):
            self.add_error("unit", _("This unit is not in the programme of that cohort."))
        return data


def unit_choices(programme=None) -> list:
    """Units under their modules, of one programme or of all."""
    groups = {}
    rows = Unit.objects.select_related("module")
    if programme:
        rows = rows.filter(module__programme=programme)
    for unit in rows.order_by("module__programme", "module__order", "order", "code"):
        groups.setdefault(str(unit.module), []).append((unit.pk, str(unit)))
    return list(groups.items())


class NewSessionForm(UnitChoice, PlaceForm):
    field_order = ["timetable", "unit", *PlaceForm.field_order]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mode"].required = self.fields["minutes"].required = True


class Following(forms.Form):
    """Whether the sessions of the series that follow change too; only where there are any."""

    follows = forms.ChoiceField(
        label=gettext_lazy("Which sessions?"),
        choices=[
            ("one", gettext_lazy("This session only")),
            ("all", gettext_lazy("This session and those of its series that follow")),
        ],
        initial="one",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Select which sessions.")},
    )

    def __init__(self, *args, has_following=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_following:
            del self.fields["follows"]

    @property
    def is_for_all(self):
        return self.cleaned_data.get("follows") == "all"


class MoveForm(Following, PlaceForm):
    field_order = ["starts_at", "minutes", "mode", "where", "link", "follows"]
    was_sequence = forms.IntegerField(widget=forms.HiddenInput, required=False)
    was_at = forms.CharField(widget=forms.HiddenInput, required=False)
    was_where = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    @classmethod
    def of(cls, session, data=None, has_following=False):
        return cls(
            data,
            has_following=has_following,
            initial={
                "starts_at": session.starts_at,
                "where": session.where,
                "minutes": session.minutes,
                "mode": session.mode,
                "link": session.link,
                "was_sequence": session.sequence,
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


class CallOffForm(Following):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why does it not take place?"),
        choices=CancelReason.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Everyone whom it is for reads this."),
        error_messages={"required": gettext_lazy("Select why it does not take place.")},
    )
    field_order = ["reason", "follows", "is_sure"]
    is_sure = forms.BooleanField(
        label=gettext_lazy("I have checked: this does not take place."),
        error_messages={"required": gettext_lazy("Tick to say that you have checked.")},
    )


class AttendanceForm(forms.Form):
    """How each person was there. A person whose answer is recorded already is not in it."""

    MODES = [*MODES.items(), (ABSENT, gettext_lazy("Not there"))]

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
                    "invalid_choice": _("Choose one of the answers for %(full_name)s.")
                    % {"full_name": one.person.full_name}
                },
            )

    @property
    def present(self) -> dict:
        given = {one.person.pk: self.cleaned_data.get(f"p_{one.person.pk}") for one in self.people}
        return {pk: mode for pk, mode in given.items() if mode in MODES}

    def clean(self):
        data = super().clean()
        if not self.errors and not self.present:
            raise ValidationError(
                _(
                    "No one is marked. Say who was there. If the session did not take place, cancel it."
                )
            )
        return data


class PutRightForm(forms.Form):
    mode = forms.ChoiceField(
        label=gettext_lazy("How were they there?"),
        choices=AttendanceForm.MODES,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )
    why = forms.ChoiceField(
        label=gettext_lazy("Why is the list put right?"),
        choices=list(WHY_PUT_RIGHT.items()),
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Kept in the record. The trainee is told what the list now says, and not why."
        ),
        error_messages={"required": gettext_lazy("Choose why.")},
    )
    was = forms.CharField(widget=forms.HiddenInput, required=False)
