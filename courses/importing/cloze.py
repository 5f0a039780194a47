"""Gaps in a text as Moodle writes them: {1:SHORTANSWER:=right~%50%nearly#why}. Each becomes its number in double brackets and a gap that a quiz has."""

import re
from decimal import Decimal
from html import unescape

from django.utils.translation import gettext as _

from .question_draft import Answer, NotImportable, QuestionDraft, gaps
from .results import shortened

BEGIN = re.compile(r"\{(\d{0,4}):([A-Z]{1,20}(?:_[A-Z]{1,4})?):", re.I)
CREDIT = re.compile(r"=|%(-?\d{1,4}(?:[.,]\d{0,10})?)%")
NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})")
WORDS = {"SHORTANSWER", "SA", "MW"}
WORDS_WITH_CASE = {"SHORTANSWER_C", "SAC", "MWC"}
NUMBERS = {"NUMERICAL", "NM"}
LISTS = {
    *("MULTICHOICE", "MULTICHOICE_V", "MULTICHOICE_H", "MC", "MCV", "MCH"),
    *("MULTICHOICE_S", "MULTICHOICE_VS", "MULTICHOICE_HS", "MCS", "MCVS", "MCHS"),
}
OURS = re.compile(r"\[\[\d{1,4}\]\]")


def read_cloze(draft: QuestionDraft, source: str, form: str, why: str) -> list:
    """A text with gaps, as `gaps` gives it. `form` is that of the text, as `wording.words` has it. Raises NotImportable where a gap cannot be taken."""
    if OURS.search(source):
        raise NotImportable(_("its text has a number in double brackets, by which we mark gaps."))
    pieces, found, weights, at = [], [], [], 0
    while begin := BEGIN.search(source, at):
        inside, end = _inside(source, begin.end())
        pieces += [source[at : begin.start()], f"[[{len(found) + 1}]]"]
        found.append((begin[2].upper(), _alternatives(inside, form)))
        weights.append(begin[1].lstrip("0") or "1")
        at = end
    if not found:
        raise NotImportable(_("it has no gap that we know."))
    if len(set(weights)) > 1:
        draft.note(_("its gaps counted unequally, and here each counts the same."))
    text = draft.words("".join([*pieces, source[at:]]), form, _("the question"), lines=True)
    return gaps(draft, text, [_gap(draft, *one) for one in found], why)


def _inside(source, at):
    """What stands in a gap, up to the } that ends it, and where that is."""
    begin = at
    while at < len(source):
        if source[at] == "\\":
            at += 1
        elif source[at] == "}":
            return source[begin:at], at + 1
        at += 1
    raise NotImportable(_("one of its gaps begins with { and does not end with }."))


def _split(text, mark):
    """At each such mark that is not escaped, nor part of an HTML entity."""
    parts, held, at = [], [], 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            held.append(text[at : at + 2])
            at += 2
            continue
        if text[at] == mark and not (mark == "#" and text[:at].endswith(("&", "&amp;"))):
            parts.append("".join(held))
            held = []
        else:
            held.append(text[at])
        at += 1
    return [*parts, "".join(held)]


def _alternatives(inside, form):
    """Each answer with its credit in percent, and what was written about it."""
    found = []
    for part in _split(inside, "~"):
        sign = CREDIT.match(part)
        credit = 0.0 if not sign else float((sign[1] or "100").replace(",", "."))
        said, *why = _split(part[sign.end() if sign else 0 :], "#")
        found.append(Answer(_bare(said, form), credit, _bare(" ".join(why), form)))
    return [answer for answer in found if answer.text]


def _bare(text, form):
    """Without the escapes, and in HTML without its entities: a gap holds no tags."""
    text = re.sub(r"\\([\\~#}{=\"])", r"\1", text).strip()
    return unescape(text) if form in ("html", "moodle") else text


def _gap(draft, kind, answers) -> tuple[str, list]:
    """A gap as `gaps` takes it."""
    for answer in answers:
        answer.text = draft.words(answer.text, "plain", _("a gap"))
        answer.why = draft.words(answer.why, "plain", _("the feedback to a gap"))
    if kind in WORDS | WORDS_WITH_CASE:
        if kind in WORDS_WITH_CASE:
            draft.note(_("a gap told capital letters from small ones; that was not taken."))
        return "words", answers
    if kind in LISTS:
        return "list", answers
    if kind in NUMBERS:
        return "number", [_number(answer) for answer in answers if answer.text != "*"]
    raise NotImportable(_("gaps of the kind “%(kind)s” cannot be taken.") % {"kind": kind})


def _number(answer) -> tuple[Answer, Decimal, Decimal]:
    value, _colon, off = (part.strip() for part in answer.text.partition(":"))
    if not NUMBER.fullmatch(value) or not NUMBER.fullmatch(off or "0"):
        raise NotImportable(
            _("its answer “%(answer)s” is not a number.") % {"answer": shortened(answer.text, 40)}
        )
    return answer, Decimal(value), abs(Decimal(off or "0"))
