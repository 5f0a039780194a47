"""Questions of a quiz written for other systems: Moodle XML, GIFT and QTI 2.2. What we write, we read again as the same question (`question_files`)."""

import re
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from . import kinds
from .essays import MODEL, points_of
from .qti_exports import qti_package
from .qti_gaps import plain

# ---- Moodle XML ----

_MOODLE_TYPES = {
    kinds.SINGLE: "multichoice",
    kinds.SEVERAL: "multichoice",
    kinds.TRUTH: "truefalse",
    kinds.NUMBER: "numerical",
    kinds.SHORT: "shortanswer",
    kinds.MATCH: "matching",
    kinds.ORDER: "ordering",
    kinds.CLOZE: "cloze",
    kinds.ESSAY: "essay",
}
_ORDER_SETTINGS = {
    "layouttype": "VERTICAL",
    "selecttype": "ALL",
    "selectcount": "0",
    "gradingtype": "RELATIVE_NEXT_EXCLUDE_LAST",
    "showgrading": "SHOW",
    "numberingstyle": "none",
}


def moodle_xml(questions) -> str:
    root, texts = Element("quiz"), set()
    for question in questions:
        if question.scenario_id and question.scenario_id not in texts:
            texts.add(question.scenario_id)
            _moodle_scenario(root, question.scenario)
        _moodle_question(root, question)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _words(parent, tag, text, **about):
    """An element with plain text inside, as Moodle has it."""
    made = SubElement(parent, tag, {"format": "plain_text", **about})
    SubElement(made, "text").text = plain(text)
    return made


def _moodle_scenario(root, scenario):
    """Moodle's “description”; a tag tells which questions belong to it."""
    made = SubElement(root, "question", {"type": "description"})
    SubElement(SubElement(made, "name"), "text").text = scenario.key
    _words(made, "questiontext", scenario.text)
    _tag(made, scenario)


def _tag(element, scenario):
    SubElement(
        SubElement(SubElement(element, "tags"), "tag"), "text"
    ).text = f"scenario:{scenario.key}"


def _moodle_question(root, question):
    made = SubElement(root, "question", {"type": _MOODLE_TYPES[question.kind]})
    SubElement(SubElement(made, "name"), "text").text = question.key
    is_cloze = question.kind == kinds.CLOZE
    _words(made, "questiontext", _with_gaps(question) if is_cloze else question.text)
    _words(made, "generalfeedback", question.why)
    if is_cloze:
        if question.scenario_id:
            _tag(made, question.scenario)
        return
    SubElement(made, "defaultgrade").text = str(points_of(question))
    choices = list(question.choices.all())
    if question.scenario_id:
        _tag(made, question.scenario)
    if question.kind == kinds.ESSAY:
        _moodle_essay(made, question.solution)
        return
    if question.kind in (kinds.SINGLE, kinds.SEVERAL):
        SubElement(made, "single").text = "true" if question.kind == kinds.SINGLE else "false"
        SubElement(made, "shuffleanswers").text = "true"
    if question.kind == kinds.MATCH:
        SubElement(made, "shuffleanswers").text = "true"
        for choice in choices:
            pair = _words(made, "subquestion", choice.text)
            SubElement(SubElement(pair, "answer"), "text").text = plain(choice.pair)
        return
    if question.kind == kinds.ORDER:
        for tag, value in _ORDER_SETTINGS.items():
            SubElement(made, tag).text = value
    for text, fraction in _answers(question, choices):
        answer = _words(made, "answer", text, fraction=fraction)
        if question.kind == kinds.NUMBER:
            SubElement(answer, "tolerance").text = question.solution["tolerance"]
    if question.kind == kinds.NUMBER and question.solution.get("unit"):
        unit = SubElement(SubElement(made, "units"), "unit")
        SubElement(unit, "multiplier").text = "1"
        SubElement(unit, "unit_name").text = plain(question.solution["unit"])


def _moodle_essay(element, solution):
    for tag, value in (("responseformat", "plain"), ("responserequired", "1")):
        SubElement(element, tag).text = value
    for tag, name in (("minwordlimit", "least"), ("maxwordlimit", "most")):
        if solution.get(name):
            SubElement(element, tag).text = str(solution[name])
    guidance = [solution.get("guidance", "")]
    if solution.get("model"):  # Moodle has no place of its own for it
        guidance.append(f"{MODEL}\n{solution['model']}")
    _words(element, "graderinfo", "\n\n".join(filter(None, guidance)))


_GAP_MARKS = re.compile(r"([\\~#}])")
_LIKE_A_GAP = re.compile(r"\{(?=[0-9]{0,4}:[A-Z_]{1,25}:)", re.I)


def _with_gaps(question):
    """The text with each gap as Moodle writes one."""
    gaps = kinds.gaps_of(question.solution)
    parts = [
        _LIKE_A_GAP.sub("{ ", words) + (_gap(gaps[number - 1]) if number else "")
        for words, number in kinds.pieces_of(question.text)
    ]
    return "".join(parts)


def _gap(gap):
    solution = gap.solution
    if gap.kind == kinds.NUMBER:
        return f"{{1:NUMERICAL:={solution['value']}:{solution['tolerance']}}}"
    if gap.kind == kinds.SHORT:
        accepted = [words.replace("*", r"\*") for words in solution["accept"]]
        return f"{{1:SHORTANSWER:{'~'.join(f'={_mark(words)}' for words in accepted)}}}"
    wrong = "".join(f"~%0%{_mark(words)}" for words in solution["others"])
    return f"{{1:MULTICHOICE_S:={_mark(solution['right'])}{wrong}}}"


def _mark(words):
    return _GAP_MARKS.sub(r"\\\1", words)


def _answers(question, choices) -> list[tuple[str, str]]:
    """Each answer with its percent. Of several, right ones share 100 and a wrong one takes one share away, as a quiz of ours counts."""
    if question.kind == kinds.NUMBER:
        return [(question.solution["value"], "100")]
    if question.kind == kinds.SHORT:
        return [(words.replace("*", r"\*"), "100") for words in question.solution["accept"]]
    if question.kind == kinds.TRUTH:
        return [(c.text.lower(), "100" if c.is_right else "0") for c in choices]
    if question.kind == kinds.ORDER:  # Moodle keeps the place of each here
        return [(c.text, str(place)) for place, c in enumerate(choices, start=1)]
    if question.kind == kinds.SINGLE:
        return [(c.text, "100" if c.is_right else "0") for c in choices]
    share = _share(choices)
    return [(c.text, share if c.is_right else f"-{share}") for c in choices]


def _share(choices) -> str:
    """What one right answer of several earns, in percent, as Moodle writes it."""
    share = Decimal(100) / sum(choice.is_right for choice in choices)
    return f"{share:.5f}".rstrip("0").rstrip(".")


# ---- GIFT ----

_GIFT_MARKS = re.compile(r"([\\~=#{}:])")


def gift(questions) -> str:
    questions, keys = list(questions), {}
    for one in questions:
        if one.scenario_id:
            keys.setdefault(one.scenario.key, []).append(one.key)
    notes = [
        f"// Left out, because GIFT has no scenarios: {key}, the text of {', '.join(those)}\n"
        for key, those in keys.items()
    ]
    notes += [
        f"// Left out, because GIFT has no place for it: points, limits, guidance and model answer of {one.key}\n"
        for one in questions
        if one.kind == kinds.ESSAY
    ]
    rows = [
        _gift_left_out(one) if one.kind == kinds.CLOZE else _gift_question(one) for one in questions
    ]
    return "\n".join([*notes, *rows])


def _gift_left_out(question):
    """GIFT has no gaps in a text; a comment names what is not in the file."""
    return f"// Left out, because GIFT has no gaps in a text: {question.key}\n"


def _escape(text):
    return _GIFT_MARKS.sub(r"\\\1", text).replace("\n", r"\n")


def _without_arrow(text):
    """GIFT has no way to write an arrow of two signs where it would divide a pair."""
    return _escape(text.replace("->", "→"))


def _gift_question(question):
    why = f"####{_escape(question.why)}" if question.why else ""
    head = f"::{_escape(question.key)}::[plain]{_escape(question.text)}"
    return f"{head}{{{_gift_answers(question)}{why}\n}}\n"


def _gift_answers(question) -> str:
    choices, solution = list(question.choices.all()), question.solution
    if question.kind == kinds.ESSAY:
        return ""
    if question.kind == kinds.TRUTH:
        return "TRUE" if choices[0].is_right else "FALSE"
    if question.kind == kinds.NUMBER:
        return f"#{solution['value']}:{solution['tolerance']}"
    if question.kind == kinds.SHORT:
        accepted = (_without_arrow(words.replace("*", r"\*")) for words in solution["accept"])
        return "".join(f"\n={words}" for words in accepted)
    if question.kind == kinds.MATCH:
        return "".join(f"\n={_without_arrow(c.text)} -> {_escape(c.pair)}" for c in choices)
    if question.kind == kinds.ORDER:  # as Moodle's question type writes itself into GIFT
        head = f">{len(choices)} ALL VERTICAL RELATIVE_NEXT_EXCLUDE_LAST SHOW"
        return head + "".join(f"\n{_escape(c.text)}" for c in choices)
    if question.kind == kinds.SINGLE:
        return "".join(f"\n{_weight(c)}{_escape(c.text)}" for c in choices)
    share = _share(choices)
    return "".join(f"\n~%{'' if c.is_right else '-'}{share}%{_escape(c.text)}" for c in choices)


def _weight(choice):
    """The sign of a choice; with its percent where its own words begin with one and would be taken for it."""
    if choice.text.lstrip().startswith("%"):
        return "~%100%" if choice.is_right else "~%0%"
    return "=" if choice.is_right else "~"


FORMATS = {
    "xml": ("application/xml; charset=utf-8", moodle_xml),
    "gift": ("text/plain; charset=utf-8", gift),
    "zip": ("application/zip", qti_package),
}
"""By the ending of a file: its type, and what writes it."""
