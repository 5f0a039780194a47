"""Which form a kind of question has, and the forms of those kinds whose parts stand in an order."""

from django import forms
from django.utils.translation import gettext as _

from .. import essays, kinds
from .questions import (
    MatchForm,
    NumberForm,
    QuestionForm,
    SeveralForm,
    ShortForm,
    SingleForm,
    TruthForm,
    rows_for,
    words_field,
)


class OrderForm(QuestionForm):
    """Items in their right order."""

    kind = kinds.ORDER

    def add_parts(self, choices, solution):
        self.numbers = rows_for(len(choices))
        for number in self.numbers:
            self.fields[f"item-{number}"] = words_field(_("Item %(number)s") % {"number": number})
        self.fields["item-1"].help_text = _(
            "Write the items in the right order, the first one here. Trainees see them in another order. Each item that is followed by the right one counts the same; trainees read that."
        )
        self.initial |= {f"item-{n}": choice.text for n, choice in enumerate(choices, start=1)}

    def parts(self):
        return [f"item-{n}" for n in self.numbers]

    def _items(self, fields):
        return [text for n in self.numbers if (text := fields.get(f"item-{n}", ""))]

    def clean(self):
        given = super().clean()
        if not self.errors:
            for fault in kinds.faults(
                self.kind, [(text, False, "") for text in self._items(given)], {}, ""
            ):
                self.add_error("item-1", fault)
        return given

    def solution(self):
        return {"choices": [{"text": text} for text in self._items(self.cleaned_data)]}


class ClozeForm(QuestionForm):
    """A text with gaps, and what is right in each."""

    kind = kinds.CLOZE

    def add_parts(self, choices, solution):
        gaps = kinds.gaps_of(solution)
        text = self.data.get("text", "") if self.is_bound else ""
        wanted = [number for _words, number in kinds.pieces_of(text)]
        self.numbers = range(1, min(max(3, len(gaps) + 1, *wanted), kinds.MOST_GAPS) + 1)
        self.fields["text"].label = _("Text with gaps")
        self.fields["text"].help_text = _(
            "Write each gap as its number in double brackets: A decision comes within [[1]] days of [[2]]. Each gap counts the same. Rows for more gaps appear when you save."
        )
        for number in self.numbers:
            self._add_gap(number)
        for number, gap in enumerate(gaps, start=1):
            self._fill_gap(number, gap)

    def _add_gap(self, number):
        about = {"number": number}
        self.fields[f"kind-{number}"] = forms.ChoiceField(
            label=_("Gap %(number)s: what is filled in") % about,
            required=False,
            choices=[
                (kinds.SHORT, _("Words")),
                (kinds.NUMBER, _("A number")),
                (kinds.SINGLE, _("A choice from a list")),
            ],
        )
        self.fields[f"right-{number}"] = forms.CharField(
            label=_("Gap %(number)s: right answer") % about,
            required=False,
            max_length=11_000,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Words: each accepted answer on a line of its own."),
        )
        self.fields[f"others-{number}"] = forms.CharField(
            label=_("Gap %(number)s: other choices of the list") % about,
            required=False,
            max_length=11_000,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("One on each line. Trainees see all choices by the alphabet."),
        )
        self.fields[f"off-{number}"] = forms.CharField(
            label=_("Gap %(number)s: how far a number may be off") % about,
            required=False,
            max_length=kinds.LONGEST_NUMBER,
        )

    def _fill_gap(self, number, gap):
        solution = gap.solution
        right = {
            kinds.SHORT: lambda: "\n".join(solution["accept"]),
            kinds.NUMBER: lambda: solution["value"],
            kinds.SINGLE: lambda: solution["right"],
        }
        self.initial |= {
            f"kind-{number}": gap.kind,
            f"right-{number}": right[gap.kind](),
            f"others-{number}": "\n".join(solution.get("others", [])),
            f"off-{number}": solution.get("tolerance", ""),
        }

    def parts(self):
        names = ("kind", "right", "others", "off")
        return [f"{name}-{number}" for number in self.numbers for name in names]

    def _gaps(self, fields):
        rows = [
            _gap(*(fields.get(f"{name}-{n}") or "" for name in ("kind", "right", "others", "off")))
            for n in self.numbers
        ]
        is_typed = [
            any(fields.get(f"{name}-{n}") for name in ("right", "others")) for n in self.numbers
        ]
        return rows[: max((n for n, yes in enumerate(is_typed, start=1) if yes), default=0)]

    def clean(self):
        given = super().clean()
        if self.errors:
            return given
        gaps = self._gaps(given)
        for n, gap in enumerate(gaps, start=1):
            if gap["kind"] == kinds.SINGLE and len(_lines(given[f"right-{n}"])) > 1:
                self.add_error(f"right-{n}", _("Write one right choice. The others go below."))
            elif gap["kind"] != kinds.SINGLE and given[f"others-{n}"]:
                self.add_error(f"others-{n}", _("Only a list has other choices."))
        if not self.errors:
            for fault in kinds.faults(self.kind, (), {"gaps": gaps}, given["text"]):
                self.add_error("text", fault)
        return given

    def solution(self):
        return {"solution": {"gaps": self._gaps(self.cleaned_data)}}


class EssayForm(QuestionForm):
    """A question that is answered at length, what it counts, and what its markers are told."""

    kind, PARTS = kinds.ESSAY, ("marks", "least", "most", "guidance", "model")

    def add_parts(self, choices, solution):
        self.fields["marks"] = forms.IntegerField(
            label=_("Points"),
            min_value=1,
            max_value=essays.MOST_MARKS,
            help_text=_(
                "What it counts in the quiz. Every question of another kind counts one point. Markers give it a mark out of 100."
            ),
        )
        for name, label in (("least", _("Fewest words")), ("most", _("Most words"))):
            self.fields[name] = forms.IntegerField(
                label=label, required=False, min_value=1, max_value=essays.MOST_WORDS
            )
        self.fields["most"].help_text = _(
            "Empty: no limit. Trainees are told when their answer is off the limits, and can still hand it in."
        )
        for name, label, words in (
            (
                "guidance",
                _("Guidance for markers"),
                _("What a good answer has. Trainees never see it."),
            ),
            (
                "model",
                _("Model answer"),
                _("Markers read it, and trainees once the quiz has closed and marks are released."),
            ),
        ):
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=essays.LONGEST_GUIDANCE,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=words,
            )
        self.fields["why"].label = _("What a good answer says")
        self.initial |= solution or {"marks": 10}

    def clean(self):
        given = super().clean()
        if not self.errors:
            for fault in essays.faults_of_essay(essays.sound_essay(given)):
                self.add_error("most", fault)
        return given

    def solution(self):
        return {"solution": {name: self.cleaned_data[name] for name in self.PARTS}}


def _lines(typed):
    return list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))


def _gap(kind, right, others, off):
    """A gap as `write_question` takes it."""
    if kind == kinds.NUMBER:
        return {"kind": kind, "value": right.strip(), "tolerance": off.strip() or "0"}
    if kind == kinds.SINGLE:
        return {"kind": kind, "right": right.strip(), "others": _lines(others)}
    return {"kind": kinds.SHORT, "accept": _lines(right)}


FORMS = {
    one.kind: one
    for one in (
        SingleForm,
        SeveralForm,
        TruthForm,
        NumberForm,
        ShortForm,
        MatchForm,
        OrderForm,
        ClozeForm,
        EssayForm,
    )
}


def form_for(kind) -> type[QuestionForm]:
    """The form of a kind of question; of one right answer where there is no such kind."""
    return FORMS.get(kind, SingleForm)
