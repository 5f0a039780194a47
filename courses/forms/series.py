"""A weekly series of sessions: what is typed first, and the dates that come of it with a unit for each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import clock
from lms.kit.refusals import Refused

from ..actions.series import MOST
from ..actions.session_details import london
from ..actions.sessions import FURTHEST
from ..models import Unit
from ..queries.gaps import gaps_between, nations_of
from .sessions import UnitChoice, WayForm, day_field, unit_choices

LONGEST_WEEKS = 104


class SeriesForm(UnitChoice, WayForm):
    """The first day, and how it goes on. It only lays out dates; nothing is saved."""

    starts_on = day_field(gettext_lazy("First day"))
    at = forms.TimeField(
        label=gettext_lazy("Time in London"),
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Give the time."),
            "invalid": gettext_lazy("Write the time as 18:00."),
        },
    )
    every = forms.TypedChoiceField(
        label=gettext_lazy("How often"),
        choices=[
            (1, gettext_lazy("Every week")),
            (2, gettext_lazy("Every two weeks")),
            (4, gettext_lazy("Every four weeks")),
        ],
        coerce=int,
        initial=1,
    )
    count = forms.IntegerField(
        label=gettext_lazy("How many sessions"), min_value=1, max_value=MOST, initial=10
    )
    pace = forms.ChoiceField(
        label=gettext_lazy("Units"),
        choices=[
            ("next", gettext_lazy("Go on to the next unit each time")),
            ("same", gettext_lazy("The same unit each time")),
        ],
        initial="next",
        widget=forms.RadioSelect,
    )
    field_order = [
        "timetable",
        "unit",
        "pace",
        "starts_on",
        "at",
        "every",
        "count",
        "minutes",
        "mode",
        "where",
        "link",
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mode"].required = self.fields["minutes"].required = True

    def clean_starts_on(self):
        day = self.cleaned_data["starts_on"]
        if abs(day - clock.today()) > FURTHEST:
            raise ValidationError(_("That is more than two years away. Look at the year."))
        return day

    def dates(self) -> list[tuple[date, str]]:
        """Each date of the rhythm with why nobody is taught on it, or nothing: until `count` of them are free. Two questions."""
        data = self.cleaned_data
        first, step = data["starts_on"], timedelta(weeks=data["every"])
        last = first + timedelta(weeks=LONGEST_WEEKS)
        gaps = gaps_between(first, last, nations_of(data["timetable"]))
        found, free, day = [], 0, first
        while free < data["count"] and day <= last:
            found.append((day, gaps.get(day, "")))
            free += day not in gaps
            day += step
        return found


@dataclass
class Line:
    """One date: its two fields, and why nobody is taught on it."""

    day: date
    gap: str
    tick: forms.BoundField
    unit: forms.BoundField


class DatesForm(forms.Form):
    """For each date whether there is a session, and of which unit. `gaps`: the days without teaching that were shown beside the dates."""

    def __init__(self, data=None, *, first: SeriesForm):
        super().__init__(data)
        self.first, self.dates = first, first.dates()
        given = first.cleaned_data
        programme = given["timetable"].programme
        choices = unit_choices(programme)
        order = [key for _module, rows in choices for key, _unit in rows]
        place = order.index(given["unit"].pk)
        for day, gap in self.dates:
            key = day.isoformat()
            self.fields[f"on_{key}"] = forms.BooleanField(
                label=_("Session on %(day)s") % {"day": f"{day:%d/%m/%Y}"},
                required=False,
                initial=not gap,
            )
            self.fields[f"unit_{key}"] = forms.TypedChoiceField(
                label=_("Unit on %(day)s") % {"day": f"{day:%d/%m/%Y}"},
                choices=choices,
                coerce=int,
                required=False,
                initial=order[min(place, len(order) - 1)],
            )
            place += (not gap) and given["pace"] == "next"

    @property
    def gaps(self) -> str:
        """A closure that is recorded or cancelled between the two pages makes it another one."""
        return " ".join(day.isoformat() for day, gap in self.dates if gap)

    def lines(self) -> list[Line]:
        return [
            Line(day, gap, self[f"on_{day.isoformat()}"], self[f"unit_{day.isoformat()}"])
            for day, gap in self.dates
        ]

    @property
    def rows(self) -> list[tuple[Unit, datetime]]:
        """The pairs that `arrange_series` takes."""
        get = self.cleaned_data.get
        keys = [day for day, _gap in self.dates if get(f"on_{day.isoformat()}")]
        units = Unit.objects.in_bulk([get(f"unit_{day.isoformat()}") for day in keys])
        at = self.first.cleaned_data["at"]
        return [(units[get(f"unit_{day.isoformat()}")], london(day, at)) for day in keys]

    def clean(self):
        data = super().clean()
        if self.data.get("gaps", "") != self.gaps:
            raise ValidationError(
                _(
                    "The dates have changed since you looked at them, for example by a closure. Check them again."
                )
            )
        ticked = [day for day, _gap in self.dates if data.get(f"on_{day.isoformat()}")]
        if not self.errors and not ticked:
            raise ValidationError(_("Select at least one date."))
        for day in ticked:
            key = day.isoformat()
            if not data.get(f"unit_{key}") and f"unit_{key}" not in self.errors:
                self.add_error(f"unit_{key}", _("Select a unit."))
            try:
                london(day, self.first.cleaned_data["at"])
            except Refused as why:
                self.add_error(f"on_{key}", str(why))
        return data
