"""Question files of other systems, read into questions of a quiz: what each would be, what of it is lost, and which cannot be taken and why. It writes nothing.

`courses.importing` reads Moodle XML, GIFT and Aiken, for the checks of units too; here what it makes becomes the facts that `write_question` takes.
"""

from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.importing.questions import read_each
from lms.kit.files import BadFile

from . import kinds
from .essays import MODEL, sound_essay

LONGEST_TEXT, LONGEST_CHOICE, LONGEST_SCENARIO = 4000, 400, 8000
MOST_QUESTIONS, MOST_LOSSES = 500, 100  # of a file; what stands beside its questions
UNKNOWN_KINDS = {
    "text": gettext_lazy("it is a text without a question."),
}


@dataclass(frozen=True)
class QuestionRow:
    """One question of a file. `facts` are empty where it cannot be taken; then `fault` says why."""

    place: str
    facts: dict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    fault: str = ""

    def as_values(self) -> dict:
        return asdict(self)


def read_rows(name: str, content: bytes) -> tuple[list[QuestionRow], list[str]]:
    """Every question of a file in its order, and what stands beside them and is left out. Raises BadFile in words."""
    found, losses = read_each(name, content)
    if len(found) > MOST_QUESTIONS:
        raise BadFile(
            _("It has %(count)s questions, and a quiz has %(most)s at most. Divide it.")
            % {"count": len(found), "most": MOST_QUESTIONS}
        )
    losses = list(dict.fromkeys(losses))
    if len(losses) > MOST_LOSSES:
        more = len(losses) - MOST_LOSSES
        losses = [*losses[:MOST_LOSSES], _("And %(more)s more of the same kind.") % {"more": more}]
    return [_row(one) for one in found], losses


def _row(one) -> QuestionRow:
    if one.fault:
        return QuestionRow(one.place, fault=one.fault)
    if len(one.results) != 1 or one.results[0][0] not in _FACTS:
        kind = one.results[0][0] if one.results else ""
        fault = str(UNKNOWN_KINDS.get(kind, _("it is of a kind that a quiz does not have.")))
        return QuestionRow(one.place, fault=fault)
    (kind, value), notes = one.results[0], list(one.notes)
    facts = {"text": value["text"], "nation": "", **_FACTS[kind](value)}
    facts["why"] = _why(value)
    if one.scenario:
        facts["scenario_text"] = one.scenario
    if value.get("hint"):
        notes.append(_("its hint was left out. It says: “%(hint)s”.") % {"hint": value["hint"]})
    if fault := _fault(facts):
        return QuestionRow(one.place, fault=fault)
    return QuestionRow(one.place, facts, notes)


def _why(value):
    """Why the answer is right: a quiz has one text for it, so what was written of each answer stands there, with the answer before it."""
    lines = [value.get("why") or ""]
    for part in value.get("options") or value.get("pairs") or ():
        if part.get("why"):
            lines.append(f"{part.get('text') or part.get('left')}: {part['why']}")
    return "\n".join(line for line in lines if line)


def _choice(value):
    options = value["options"]
    texts = tuple(option["text"] for option in options)
    return {
        "kind": kinds.TRUTH if texts == kinds.TRUE_FALSE else kinds.SINGLE,
        "choices": [{"text": o["text"], "is_right": bool(o["right"])} for o in options],
    }


def _pairs(value):
    rows = [{"text": pair["left"], "pair": pair["right"]} for pair in value["pairs"]]
    return {"kind": kinds.MATCH, "choices": rows}


def _gap(value):
    kind = kinds.SHORT if "accept" in value else kinds.NUMBER if "value" in value else kinds.SINGLE
    return {"kind": kind, **value}


def _essay(value):
    """Guidance of our own Moodle files ends with the model answer (`question_exports`)."""
    guidance, found, model = (value.get("guidance") or "").partition(f"{MODEL}\n")
    if found and not value.get("model"):
        value = value | {"guidance": guidance, "model": model}
    names = ("marks", "least", "most", "guidance", "model")
    return {"kind": kinds.ESSAY, "solution": sound_essay({n: value.get(n) for n in names})}


_FACTS = {
    "essay_check": _essay,
    "choice_check": _choice,
    "several_check": lambda value: {**_choice(value), "kind": kinds.SEVERAL},
    "match_check": _pairs,
    "order_check": lambda value: {
        "kind": kinds.ORDER,
        "choices": [{"text": item} for item in value["items"]],
    },
    "gaps_check": lambda value: {
        "kind": kinds.CLOZE,
        "solution": {"gaps": [_gap(one) for one in value["gaps"]]},
    },
    "short_check": lambda value: {
        "kind": kinds.SHORT,
        "solution": {"accept": list(value["accept"])},
    },
    "number_check": lambda value: {
        "kind": kinds.NUMBER,
        "solution": {name: value[name] for name in ("value", "tolerance", "unit")},
    },
}


def _fault(facts) -> str:
    """Why a question could not be written as it stands."""
    choices = [
        (c["text"], c.get("is_right", False), c.get("pair", "")) for c in facts.get("choices", [])
    ]
    found = kinds.faults(facts["kind"], choices, facts.get("solution", {}), facts["text"])
    if found:
        return found[0]
    if max(len(facts["text"]), len(facts["why"])) > LONGEST_TEXT:
        return _("its text is longer than %(most)s characters.") % {"most": LONGEST_TEXT}
    if len(facts.get("scenario_text", "")) > LONGEST_SCENARIO:
        return _("its scenario is longer than %(most)s characters.") % {"most": LONGEST_SCENARIO}
    if any(len(words) > LONGEST_CHOICE for text, _right, pair in choices for words in (text, pair)):
        return _("one of its choices is longer than %(most)s characters.") % {
            "most": LONGEST_CHOICE
        }
    return ""
