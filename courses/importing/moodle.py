"""Moodle XML: read without DTD or entities; every kind of question we have a block for, the others by name."""

import re
from collections.abc import Iterator
from decimal import Decimal

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit.files import BadFile
from lms.kit.languages import in_english

from .cloze import read_cloze
from .moodle_settings import OTHER_XML, notes_of, scenario_of, settings_of
from .question_draft import (
    SCENARIO,
    Answer,
    NotImportable,
    QuestionDraft,
    choice,
    essay,
    match,
    number_check,
    numerical,
    order,
    short,
    true_or_false,
)
from .results import shortened
from .wording import rich, words

FORMS = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
}
FOREIGN = {
    "multianswer": gettext_noop("cloze questions (gaps in a text)"),
    "cloze": gettext_noop("cloze questions (gaps in a text)"),
    "calculated": gettext_noop("calculated questions"),
    "calculatedsimple": gettext_noop("calculated questions"),
    "calculatedmulti": gettext_noop("calculated questions"),
    "gapselect": gettext_noop("questions that choose words for gaps"),
    "ddwtos": gettext_noop("drag-and-drop questions"),
    "ddimageortext": gettext_noop("drag-and-drop questions"),
    "ddmarker": gettext_noop("drag-and-drop questions"),
    "stack": gettext_noop("STACK questions"),
    "coderunner": gettext_noop("CodeRunner questions"),
    "random": gettext_noop("random questions"),
    "randomsamatch": gettext_noop("random matching questions"),
    "formulas": gettext_noop("formulas questions"),
    "recordrtc": gettext_noop("recording questions"),
}
SAME = (
    in_english("Your answer is correct."),
    in_english("Your answer is partially correct."),
    in_english("Your answer is incorrect."),
)
NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})(e[+-]?[0-9]{1,2})?", re.I)


def questions(text: str, losses: list[str]) -> Iterator[tuple]:
    """Every question with the function that reads it; a category only says where questions were kept."""
    root, number = _root(text), 0
    if found := dict.fromkeys(
        what for question in root.iter("question") for what in settings_of(question)
    ):
        losses.append(
            _("Settings that our checks do not have were not taken: %(founds)s.")
            % {"founds": ", ".join(found)}
        )
    if (root.text or "").strip() or any((child.tail or "").strip() for child in root):
        losses.append(_("Words between the questions were left out."))
    losses += [
        _("A part of the file called “%(tag)s” is not a question and was left out.")
        % {"tag": shortened(tag)}
        for tag in dict.fromkeys(str(child.tag) for child in root if child.tag != "question")
    ]
    scenarios = {
        tag: child
        for child in root
        if child.get("type") == "description" and (tag := scenario_of(child))
    }
    for child in root:
        if child.tag != "question":
            continue
        kind = (child.get("type") or "").strip().lower()
        if kind == "category":
            continue
        number += 1
        asked = QuestionDraft(_("Question %(number)s") % {"number": number}, title=_title(child))
        about = scenarios.get(scenario_of(child))
        yield (
            asked,
            lambda draft, child=child, kind=kind, about=about: _read(draft, child, kind, about),
        )


def _root(text):
    # The words are decoded already, so what the file says of its encoding no longer holds.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", lambda hit: "\n" * hit[0].count("\n"), text, count=1)
    try:
        root = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise BadFile(
            _(
                "This XML file declares a document type or entities, which can reach other files or unfold without end. "
                "Export your questions from Moodle again and choose that file."
            )
        ) from None
    except ParseError as fault:
        line = fault.position[0] if getattr(fault, "position", None) else 1
        raise BadFile(
            _("This XML file is broken at line %(line)s. Export your questions from Moodle again.")
            % {"line": line}
        ) from None
    except (ValueError, LookupError):
        raise BadFile(
            _(
                "This XML file cannot be read. Export your questions from Moodle again and choose that."
            )
        ) from None
    if root.tag != "quiz":
        name = re.sub(r"^\{.*\}", "", str(root.tag))
        what = OTHER_XML.get(
            name.lower(), _("something called “%(name)s”") % {"name": shortened(name)}
        )
        raise BadFile(
            _(
                "This XML file is not a Moodle question file: it is %(what)s. Export your questions as Moodle XML."
            )
            % {"what": what}
        )
    return root


def _title(question):
    name = words(_text(question, "name/text"))[0]
    return name or words(_text(question, "questiontext/text"))[0]


def _text(element, path):
    found = element.find(path)
    return "".join(found.itertext()).strip() if found is not None else ""


# ---- one question ----


def _read(draft, question, kind, about):
    if about is not None and draft.is_of_quiz:
        draft.scenario = _question(draft, about)
        if question is about:
            return [(SCENARIO, {"text": draft.scenario})]
    if kind not in READERS or (kind in CLOZE and not draft.is_of_quiz):
        other = (
            _("questions of the kind “%(kind)s”") % {"kind": shortened(kind)}
            if kind
            else _("questions that do not say their kind")
        )
        what = FOREIGN.get(kind, other)
        raise NotImportable(_("%(what)s cannot be taken.") % {"what": what})
    _name_files(draft, question)
    hints = [_words_of(draft, hint, _("a hint")) for hint in question.findall("hint")]
    hints = [hint for hint in hints if hint]
    made = READERS[kind](draft, question, hints)
    for hint in hints if kind != "shortanswer" else hints[1:]:
        draft.note(_("a hint was left out. It says: “%(hint)s”.") % {"hint": hint})
    _name_general_feedback(draft, question)
    for note in notes_of(question, kind):
        draft.note(note)
    return made


def _words_of(draft, element, part, *, lines=False):
    """The words of an element that has a <text> inside and says its format."""
    if element is None:
        return ""
    form = FORMS.get((element.get("format") or "html").lower(), "html")
    return draft.words(_text(element, "text"), form, part, lines=lines)


def _question(draft, question):
    return _words_of(draft, question.find("questiontext"), _("the question"), lines=True)


def _why(draft, question):
    return _words_of(draft, question.find("generalfeedback"), _("the feedback"), lines=True)


def _answers(draft, question, *, typed=False):
    """The answers; one that a learner types is never HTML, whatever the file says of its format."""
    answers = []
    for number, answer in enumerate(question.findall("answer"), 1):
        part = _("answer %(number)s") % {"number": number}
        said = (
            draft.words(_text(answer, "text"), "plain", part)
            if typed
            else _words_of(draft, answer, part)
        )
        why = _words_of(
            draft, answer.find("feedback"), _("the feedback to %(part)s") % {"part": part}
        )
        credit = (answer.get("fraction") or "0").strip()
        if not re.fullmatch(r"[+-]?\d{1,6}(\.\d{0,20})?(e-?\d{1,2})?", credit, re.I):
            raise NotImportable(
                _("%(part)s says its credit is “%(credit)s”, which is not a number.")
                % {"part": part, "credit": shortened(credit)}
            )
        answers.append(Answer(said, float(credit), why))
    return answers


def _name_files(draft, question):
    for file in question.iter("file"):
        draft.note(
            _("the file “%(file)s” in it was left out.")
            % {"file": shortened(file.get("name") or _("without a name"))}
        )
    for image in question.findall("image") + question.findall("image_base64"):
        if "".join(image.itertext()).strip():
            draft.note(_("a picture in it was left out."))


def _name_general_feedback(draft, question):
    """Moodle can also answer by how much was right; our blocks answer each answer and the whole."""
    whole = {
        "correctfeedback": "right",
        "partiallycorrectfeedback": _("partly right"),
        "incorrectfeedback": _("not right"),
    }
    for tag, when in whole.items():
        said = _words_of(draft, question.find(tag), _("the feedback"))
        if said and said not in SAME:
            draft.note(
                _("what it says when the whole is %(when)s was left out: “%(words)s”.")
                % {"when": when, "words": said}
            )


def _multichoice(draft, question, hints):
    single = (_text(question, "single") or "true").lower() not in ("false", "0")
    answers = _answers(draft, question)
    return choice(
        draft, _question(draft, question), answers, several=not single, why=_why(draft, question)
    )


def _truefalse(draft, question, hints):
    answers = {answer.text.lower(): answer for answer in _answers(draft, question)}
    if set(answers) != {"true", "false"} or (answers["true"].credit > 0) == (
        answers["false"].credit > 0
    ):
        raise NotImportable(_("it does not say which of true and false is right."))
    return true_or_false(
        draft,
        _question(draft, question),
        true=answers["true"].credit > 0,
        why_true=answers["true"].why,
        why_false=answers["false"].why,
        why=_why(draft, question),
    )


def _matching(draft, question, hints):
    pairs = []
    for number, pair in enumerate(question.findall("subquestion"), 1):
        answer = pair.find("answer")
        right = (
            draft.words(
                _text(pair, "answer/text"), "plain", _("pair %(number)s") % {"number": number}
            )
            if answer is not None
            else ""
        )
        pairs.append((_words_of(draft, pair, _("pair %(number)s") % {"number": number}), right, ""))
    return match(draft, _question(draft, question), pairs, _why(draft, question))


def _shortanswer(draft, question, hints):
    if _text(question, "usecase") == "1":
        draft.note(_("it told capital letters from small ones; that setting was not taken."))
    answers = _answers(draft, question, typed=True)
    return short(
        draft,
        _question(draft, question),
        answers,
        hint=hints[0] if hints else "",
        why=_why(draft, question),
    )


def _with_tolerance(draft, question):
    """The answers, each with its number and how far one may be off."""
    found = []
    tolerances = [_text(answer, "tolerance") or "0" for answer in question.findall("answer")]
    for answer, tolerance in zip(_answers(draft, question, typed=True), tolerances, strict=True):
        if answer.text == "*" and answer.credit < 99.999:
            found.append((answer, Decimal(0), Decimal(0)))
        elif NUMBER.fullmatch(answer.text) and NUMBER.fullmatch(tolerance):
            found.append((answer, Decimal(answer.text), abs(Decimal(tolerance))))
        else:
            raise NotImportable(
                _("its answer “%(answer)s” is not a number.") % {"answer": answer.text[:40]}
            )
    return found


def _unit(draft, question):
    """The unit in which the answer stands; others are named."""
    units = [(_text(one, "unit_name"), _text(one, "multiplier")) for one in question.iter("unit")]
    first = next((name for name, times in units if re.fullmatch(r"1(\.0*)?", times)), "")
    for name, _times in units:
        if name != first:
            draft.note(_("its unit “%(unit)s” was left out.") % {"unit": shortened(name)})
    return first


def _numerical(draft, question, hints):
    if draft.is_of_quiz:
        return number_check(
            draft,
            _question(draft, question),
            _with_tolerance(draft, question),
            unit=_unit(draft, question),
            why=_why(draft, question),
        )
    for answer in question.findall("answer"):
        tolerance = _text(answer, "tolerance") or "0"
        if not re.fullmatch(r"0*(\.0*)?(e[+-]?\d{1,3})?", tolerance, re.I):
            raise NotImportable(_("a number with a tolerance cannot be taken."))
    if question.find("units/unit") is not None:
        draft.note(_("its units were left out."))
    return numerical(
        draft,
        _question(draft, question),
        _answers(draft, question, typed=True),
        why=_why(draft, question),
    )


def _ordering(draft, question, hints):
    answers = _answers(draft, question)
    if len({answer.credit for answer in answers}) == len(
        answers
    ):  # Moodle keeps the place of each here
        answers.sort(key=lambda answer: answer.credit)
    for answer in answers:
        if answer.why:
            draft.note(
                _("the feedback to “%(answer)s” was left out. It says: “%(why)s”.")
                % {"answer": shortened(answer.text), "why": answer.why}
            )
    return order(
        draft,
        _question(draft, question),
        [answer.text for answer in answers],
        _why(draft, question),
        _text(question, "gradingtype"),
    )


def _essay(draft, question, hints):
    facts = {}
    if draft.is_of_quiz:
        facts = {name: _whole(draft, question, tag) for name, tag in _OF_ESSAYS}
        facts["guidance"] = _words_of(
            draft, question.find("graderinfo"), _("the notes for markers"), lines=True
        )
    else:
        for tag, what, usual in _LIMITS:
            if _figure(question, tag) not in usual:
                draft.note(_("%(what)s left out.") % {"what": _(what)})
    for tag, what in (
        *(() if draft.is_of_quiz else (("graderinfo", _("its notes for markers were")),)),
        ("responsetemplate", _("its template for the answer was")),
    ):
        if said := _words_of(draft, question.find(tag), "them"):
            draft.note(
                _("%(what)s left out. It says: “%(words)s”.")
                % {"what": what, "words": shortened(said, 300)}
            )
    return essay(draft, _question(draft, question), why=_why(draft, question), **facts)


_OF_ESSAYS = (("marks", "defaultgrade"), ("least", "minwordlimit"), ("most", "maxwordlimit"))
_LIMITS = (
    ("defaultgrade", gettext_noop("its marks were"), (0, 1)),
    ("minwordlimit", gettext_noop("its fewest words were"), (0,)),
    ("maxwordlimit", gettext_noop("its most words were"), (0,)),
)


def _whole(draft, question, tag):
    """A whole number above nought; None where there is none."""
    found = _figure(question, tag)
    if found != int(found):
        draft.note(_("its points are no whole number and were rounded: look at them."))
    return round(found) or None


def _figure(question, tag) -> float:
    """As Moodle writes it (“10.0000000”); 0 for what is none, or is beyond all we take."""
    said = _text(question, tag).strip()
    found = float(said) if NUMBER.fullmatch(said) else 0.0
    return found if 0 < found < 1_000_000 else 0.0


def _description(draft, question, hints):
    element = question.find("questiontext")
    form = (
        FORMS.get((element.get("format") or "html").lower(), "html")
        if element is not None
        else "html"
    )
    pieces, lost = rich(_text(question, "questiontext/text"), form)
    draft.miss(lost, "it")
    if not pieces:
        raise NotImportable(_("this description has no words."))
    if why := _why(draft, question):
        draft.note(_("its feedback was left out. It says: “%(why)s”.") % {"why": why})
    return [("text", piece) for piece in pieces]


def _cloze(draft, question, hints):
    element = question.find("questiontext")
    form = "html" if element is None else (element.get("format") or "html").lower()
    source = _text(question, "questiontext/text")
    return read_cloze(draft, source, FORMS.get(form, "html"), _why(draft, question))


CLOZE = ("cloze", "multianswer")
READERS = {
    **dict.fromkeys(CLOZE, _cloze),
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "matching": _matching,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "ordering": _ordering,
    "essay": _essay,
    "description": _description,
}
