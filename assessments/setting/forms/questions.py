"""What is typed about one question of a quiz, of whichever kind."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Provision
from lms.kit.nations import NATIONS

from .. import kinds
from ..actions.questions import MOST_LETTERS
from ..bank import QuestionTag
from ..models import Question

CHOICES, MOST_CHOICES = 4, 8
TAGS = ("outcome", "difficulty", "word")


class KindForm(forms.Form):
    """Of which kind the next question is."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of question"), choices=Question.KINDS, required=False
    )


class QuestionForm(forms.Form):
    """What every question has. `question_kinds.form_for` gives the form of a kind."""

    kind = kinds.SINGLE
    PARTS: tuple[str, ...] = ()

    text = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write the question.")},
    )
    nation = forms.ChoiceField(
        label=gettext_lazy("Who is asked"),
        required=False,
        choices=[("", gettext_lazy("Everyone")), *NATIONS.items()],
    )
    why = forms.CharField(
        label=gettext_lazy("Why the right answer is right"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Trainees read it after they have handed in."),
    )
    provision = forms.ModelChoiceField(
        Provision.objects.order_by("key"),
        label=gettext_lazy("The law it rests on"),
        required=False,
        to_field_name="key",
        empty_label=gettext_lazy("No entry of the ledger of law"),
        help_text=gettext_lazy("When that law changes, this question is listed with the change."),
    )
    outcome = forms.CharField(
        label=gettext_lazy("Learning outcomes"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("Separated by commas, such as LO1, LO3."),
    )
    difficulty = forms.ChoiceField(
        label=gettext_lazy("Difficulty"),
        required=False,
        choices=[("", gettext_lazy("Not said")), *QuestionTag.DIFFICULTIES],
    )
    word = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("Words of your own, separated by commas. Trainees see no tags."),
    )

    def __init__(self, *args, question=None, **kwargs):
        super().__init__(*args, **kwargs)
        there = list(question.choices.all()) if question else []
        self.fields["provision"].label_from_instance = lambda law: f"{law.key}: {law.title}"
        if question:
            self.initial = {name: getattr(question, name) for name in ("text", "nation", "why")}
            self.initial["provision"] = question.provision.key if question.provision else ""
            by_facet: dict[str, list[str]] = {}
            for tag in question.tags.all():
                by_facet.setdefault(tag.facet, []).append(tag.name)
            self.initial |= {facet: ", ".join(names) for facet, names in by_facet.items()}
        self.add_parts(there, question.solution if question else {})
        self.order_fields(["text", "nation", *self.parts(), "why", "provision", *TAGS])

    def add_parts(self, choices, solution):
        """The fields of this kind, with what the question has."""

    def parts(self) -> list[str]:
        """The names of those fields, in their order."""
        return list(self.PARTS)

    def solution(self) -> dict:
        """`choices` and `solution` as `write_question` takes them."""
        return {}

    def clean_outcome(self):
        return _names(self.cleaned_data["outcome"])

    def clean_word(self):
        return _names(self.cleaned_data["word"])

    def _tags(self):
        given = self.cleaned_data
        return [
            *((QuestionTag.OUTCOME, name) for name in given["outcome"]),
            *((QuestionTag.WORD, name) for name in given["word"]),
            *([(QuestionTag.DIFFICULTY, given["difficulty"])] if given["difficulty"] else []),
        ]

    def facts(self) -> dict:
        """As `write_question` takes them."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("text", "nation", "why")},
            "kind": self.kind,
            "tags": self._tags(),
            "provision": given["provision"].key if given["provision"] else "",
            **self.solution(),
        }


def _names(typed) -> list[str]:
    names = [" ".join(name.split()) for name in typed.split(",")]
    if any(len(name) > MOST_LETTERS for name in names):
        raise forms.ValidationError(
            _("A tag has %(most)s letters at most. Put commas between tags.")
            % {"most": MOST_LETTERS}
        )
    return [name for name in names if name]


def rows_for(there):
    """As many rows as there are, one more, and no fewer than a new question has."""
    return range(1, min(max(CHOICES, there + 1), max(MOST_CHOICES, there)) + 1)


def words_field(label):
    return forms.CharField(
        label=label, required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class SingleForm(QuestionForm):
    """Choices, and which of them is right."""

    def add_parts(self, choices, solution):
        self.numbers = rows_for(len(choices))
        for number in self.numbers:
            self.fields[f"choice-{number}"] = words_field(
                _("Choice %(number)s") % {"number": number}
            )
        self.fields["right"] = self.right_field(
            [(str(n), _("Choice %(number)s") % {"number": n}) for n in self.numbers]
        )
        for number, choice in enumerate(choices, start=1):
            self.initial[f"choice-{number}"] = choice.text
        right = [str(n) for n, choice in enumerate(choices, start=1) if choice.is_right]
        if right:
            self.initial["right"] = self.right_value(right)

    def right_field(self, numbers):
        return forms.ChoiceField(
            label=_("Right answer"),
            choices=numbers,
            widget=forms.RadioSelect,
            error_messages={"required": _("Say which choice is right.")},
        )

    def right_value(self, numbers):
        return numbers[0]

    def parts(self):
        return [*(f"choice-{n}" for n in self.numbers), "right"]

    def clean(self):
        given = super().clean()
        texts = [given.get(f"choice-{n}") for n in self.numbers]
        typed = [text for text in texts if text]
        if len(typed) < 2:
            self.add_error("choice-2", _("Give two choices or more."))
        elif len(set(typed)) < len(typed):
            self.add_error("choice-2", _("Two choices say the same."))
        right = given.get("right")
        if any(not given.get(f"choice-{n}") for n in self._right(right)):
            self.add_error("right", _("The choice you marked as right is empty."))
        return given

    def _right(self, value):
        return value if isinstance(value, list) else [value] if value else []

    def solution(self):
        given = self.cleaned_data
        right = self._right(given["right"])
        return {
            "choices": [
                {"text": given[f"choice-{n}"], "is_right": str(n) in right}
                for n in self.numbers
                if given[f"choice-{n}"]
            ]
        }


class SeveralForm(SingleForm):
    """Choices, and which of them are right."""

    kind = kinds.SEVERAL

    def right_field(self, numbers):
        return forms.MultipleChoiceField(
            label=_("Right answers"),
            choices=numbers,
            widget=forms.CheckboxSelectMultiple,
            help_text=_(
                "The right ones a trainee chooses count, less the wrong ones, and never below 0. Trainees read that."
            ),
            error_messages={"required": _("Say which choices are right.")},
        )

    def right_value(self, numbers):
        return numbers


class TruthForm(QuestionForm):
    """A statement that is true or false."""

    kind, PARTS = kinds.TRUTH, ("right",)

    def add_parts(self, choices, solution):
        self.fields["text"].label = _("Statement")
        self.fields["right"] = forms.ChoiceField(
            label=_("This is"),
            choices=list(zip(kinds.TRUE_FALSE, (_("True"), _("False")), strict=True)),
            widget=forms.RadioSelect,
            error_messages={"required": _("Say whether it is true or false.")},
        )
        for choice in choices:
            if choice.is_right:
                self.initial["right"] = choice.text

    def solution(self):
        right = self.cleaned_data["right"]
        return {"choices": [{"text": text, "is_right": text == right} for text in kinds.TRUE_FALSE]}


class NumberForm(QuestionForm):
    """A number, how far an answer may be off, and its unit."""

    kind, PARTS = kinds.NUMBER, ("value", "tolerance", "unit")

    def add_parts(self, choices, solution):
        self.fields["value"] = _number_field(
            _("Right answer"), error_messages={"required": _("Give the right answer in figures.")}
        )
        self.fields["tolerance"] = _number_field(
            _("How far an answer may be off"),
            required=False,
            help_text=_("0.5 takes all from half below to half above. Empty: not at all."),
        )
        self.fields["unit"] = forms.CharField(
            label=_("Unit"),
            required=False,
            max_length=kinds.LONGEST_UNIT,
            help_text=_(
                "Such as days, % or £. It stands with the question; trainees may write it or not."
            ),
        )
        self.initial |= {name: solution[name] for name in self.PARTS if name in solution}

    def clean_value(self):
        return _number(self.cleaned_data["value"])

    def clean_tolerance(self):
        typed = self.cleaned_data["tolerance"]
        found = _number(typed) if typed else ""
        if found and kinds.read_number(found) < 0:
            raise forms.ValidationError(_("Give 0 or more."))
        return found

    def solution(self):
        return {"solution": {name: self.cleaned_data[name] for name in self.PARTS}}


def _number_field(label, **about):
    return forms.CharField(label=label, max_length=kinds.LONGEST_NUMBER, **about)


def _number(typed):
    if kinds.read_number(typed) is None:
        raise forms.ValidationError(_("Give a number in figures, such as 70 or 12.5."))
    return typed


class ShortForm(QuestionForm):
    """Answers that are accepted."""

    kind, PARTS = kinds.SHORT, ("accept",)

    def add_parts(self, choices, solution):
        self.fields["accept"] = forms.CharField(
            label=_("Accepted answers"),
            max_length=11_000,
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=_(
                "One on each line. Capitals, spaces, accents and punctuation do not matter; write other forms, such as s 45 and section 45, on lines of their own."
            ),
            error_messages={"required": _("Write at least one answer that is accepted.")},
        )
        self.initial |= {"accept": "\n".join(solution["accept"])} if solution else {}

    def clean_accept(self):
        lines = [line.strip() for line in self.cleaned_data["accept"].splitlines()]
        lines = list(dict.fromkeys(line for line in lines if line))
        for fault in kinds.faults(self.kind, (), {"accept": lines}, ""):
            raise forms.ValidationError(fault)
        return lines

    def solution(self):
        return {"solution": {"accept": self.cleaned_data["accept"]}}


class MatchForm(QuestionForm):
    """Pairs that belong together."""

    kind = kinds.MATCH

    def add_parts(self, choices, solution):
        self.numbers = rows_for(len(choices))
        for number in self.numbers:
            about = {"number": number}
            self.fields[f"left-{number}"] = words_field(
                _("Pair %(number)s: left-hand side") % about
            )
            self.fields[f"right-{number}"] = words_field(
                _("Pair %(number)s: right-hand side") % about
            )
        for number, choice in enumerate(choices, start=1):
            self.initial |= {f"left-{number}": choice.text, f"right-{number}": choice.pair}

    def parts(self):
        return [name for n in self.numbers for name in (f"left-{n}", f"right-{n}")]

    def _pairs(self, fields):
        pairs = [(fields.get(f"left-{n}", ""), fields.get(f"right-{n}", "")) for n in self.numbers]
        return [pair for pair in pairs if any(pair)]

    def clean(self):
        given = super().clean()
        for n in self.numbers:
            left, right = given.get(f"left-{n}"), given.get(f"right-{n}")
            if bool(left) != bool(right):
                empty = f"right-{n}" if left else f"left-{n}"
                self.add_error(empty, _("Fill in both sides of this pair, or leave both empty."))
        rows = [(left, False, right) for left, right in self._pairs(given)]
        if not self.errors:
            for fault in kinds.faults(self.kind, rows, {}, ""):
                self.add_error("left-1", fault)
        return given

    def solution(self):
        return {
            "choices": [
                {"text": left, "pair": right} for left, right in self._pairs(self.cleaned_data)
            ]
        }
