"""GIFT: a question, then its answers in { }. Blank lines divide questions; a broken one does not swallow the next."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from .question_draft import (
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

# An escaped mark stands as a control character while its question is taken apart; none comes in from a file.
MARKS = "\\~=#{}:%"
HIDDEN = {mark: chr(1 + place) for place, mark in enumerate(MARKS)}
SHOWN = {hidden: mark for mark, hidden in HIDDEN.items()} | {"\x0e": "\n"}
ESCAPE = re.compile(r"\\([\\~=#{}:%n])")
OPENING = re.compile(r"(?<!\\)\{")
COMMENT = re.compile(r"^[ \t]*//.*$", re.M)
CATEGORY = re.compile(r"^[ \t]*\$CATEGORY:[^\n]*\n?", re.M)
TITLE = re.compile(r"^\s*::(.*?)::", re.S)
FORM = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]", re.I)
FORMS = {"html": "html", "moodle": "moodle", "plain": "plain", "markdown": "markdown"}
TRUTH = re.compile(r"^(t|true|f|false)$", re.I)
WEIGHT = re.compile(r"^%([+-]?\d{1,4}(?:[.,]\d{0,10})?)%")
LIKE_A_WEIGHT = re.compile(r"^(?:%[^%]*%|[+-]?\d{1,4}(?:[.,]\d{0,10})?%(?=[^\s\d.,;:?!%)-]))")
CLOZE = re.compile(r"^\d{0,4}:[A-Za-z_]{1,40}:")
BARE = re.compile(r"^[\w(\"'“‘£$€+\-.\[<]")  # how an accepted answer without a = may begin
ORDER_SETTING = re.compile(
    r"\s*+(\d{1,3}|ALL|EXACT|RANDOM|REL|CONTIGUOUS|CONTIG|HORIZONTAL|HORI|H|VERTICAL|VERT|V|ALL_OR_NOTHING|ABSOLUTE_POSITION|ABSOLUTE|ABS|"
    r"RELATIVE_[A-Z_]{1,60}|RELATIVE|LONGEST_[A-Z_]{1,60}|LONGEST|SHOW|HIDE|TRUE|YES|FALSE|NO|NONE|ABCD|ABC|IIII|III|123)(?=\s|$)"
)
SMALL_NUMBERING = re.compile(r"[ \t]*+(none|abc|iii)[ \t]*+(?=\n|$)")  # after its other settings
USUAL_ORDER = {
    "ALL",
    "EXACT",
    "VERTICAL",
    "VERT",
    "V",
    "ABSOLUTE_POSITION",
    "ABSOLUTE",
    "ABS",
    "SHOW",
    "TRUE",
    "YES",
    "NONE",
}
GRADINGS = ("ALL_OR_NOTHING", "ABS", "RELATIVE", "LONGEST")
SOME = {"RANDOM", "REL", "CONTIGUOUS", "CONTIG"}
EXPORTED = re.compile(r"^question: \d{1,12}\s+name: ")  # what Moodle writes above each question
MARK_OF_BANK = re.compile(r"\[(id|tag):")
NUMBER = re.compile(r"^[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})(e[+-]?\d{1,3})?$", re.I)


@dataclass(frozen=True)
class Piece:
    line: int
    text: str  # with its escapes hidden and its comments gone


def questions(text: str, losses: list[str]) -> Iterator[tuple]:
    """Every question with the function that reads it."""
    losses += _beside_questions(text)
    for number, piece in enumerate(_pieces(text), 1):
        title = TITLE.match(piece.text)
        body = piece.text[title.end() :] if title else piece.text
        name = title[1] if title else _without_form(body.partition("{")[0])
        asked = QuestionDraft(
            _("Question %(number)s (line %(line)s)") % {"number": number, "line": piece.line},
            title=words(_unescape(name), "moodle")[0],
        )
        yield asked, lambda draft, body=body: _read(draft, body)


def _beside_questions(text) -> list[str]:
    """Comments and categories are not for learners; an author reads here that they did not come along."""
    comments = [found[0].strip().removeprefix("//").strip() for found in COMMENT.finditer(text)]
    comments = [said for said in comments if said and not EXPORTED.match(said)]
    kinds = dict.fromkeys(kind for said in comments for kind in MARK_OF_BANK.findall(said))
    found = [{"id": _("identity numbers"), "tag": "tags"}[kind] for kind in kinds]
    paths = [found[0].partition(":")[2].strip() for found in CATEGORY.finditer(text)]
    for path in dict.fromkeys(paths):
        steps = [
            step
            for step in re.sub(r"^\$[a-z]+\$/?", "", path).split("/")
            if step and step != "top" and not step.startswith("Default for ")
        ]
        found += (
            [_("the category “%(steps)s”") % {"steps": shortened("/".join(steps))}] if steps else []
        )
    said = next((said for said in comments if not MARK_OF_BANK.match(said)), "")
    found += (
        [_("comments (the first says “%(words)s”)") % {"words": shortened(said)}] if said else []
    )
    return (
        [
            _("Settings that our checks do not have were not taken: %(founds)s.")
            % {"founds": ", ".join(found)}
        ]
        if found
        else []
    )


def _pieces(text):
    """Divides at blank lines, but not inside { } unless what follows looks like a question of its own."""
    hidden = ESCAPE.sub(lambda hit: HIDDEN.get(hit[1], "\x0e"), text)
    hidden = CATEGORY.sub(lambda hit: "\n" * hit[0].count("\n"), COMMENT.sub("\x0f", hidden))
    held, begun, depth = [], 0, 0
    rows = hidden.split("\n")
    begins = _where_questions_begin(rows)
    for number, row in enumerate(rows, 1):
        if row.strip() == "\x0f":
            continue
        if row.strip():
            begun = begun or number
            held.append(row)
            depth += row.count("{") - row.count("}")
        elif held and (depth <= 0 or begins[number]):
            yield Piece(begun, "\n".join(held))
            held, begun, depth = [], 0, 0
    if held:
        yield Piece(begun, "\n".join(held))


def _where_questions_begin(rows) -> list[bool]:
    """For each row, and for the end: does what follows look like a new question? Then a { before it was never closed."""
    begins = [False]
    for row in reversed(rows):
        if row.strip() and row.strip() != "\x0f":
            brace, close = row.find("{"), row.find("}")
            begins.append(row.lstrip().startswith("::") or 0 <= brace and not 0 <= close < brace)
        else:
            begins.append(begins[-1])
    return begins[::-1]


def _unescape(text):
    """With the escaped marks back, as their author meant them."""
    return "".join(SHOWN.get(letter, letter) for letter in text).strip()


def _without_form(text):
    return FORM.sub("", text, count=1)


# ---- one question ----


@dataclass
class Reader:
    """The words of one question: a format said at its beginning holds for its answers too."""

    draft: QuestionDraft
    form: str

    def words(self, text, part, *, lines=False):
        said = FORM.match(text)
        form = FORMS[said[1].lower()] if said else self.form
        return self.draft.words(_unescape(_without_form(text)), form, part, lines=lines)

    def answer(self, text, part, credit, *, typed=False):
        """“%50%words#feedback”"""
        text = text.strip()
        if weight := WEIGHT.match(text):
            credit, text = float(weight[1].replace(",", ".")), text[weight.end() :]
        elif like := LIKE_A_WEIGHT.match(text):
            if like[0].startswith("%"):
                raise NotImportable(
                    _(
                        "%(part)s begins with “%(unescape)s”, which looks like a weight that we cannot read."
                    )
                    % {"part": part, "unescape": shortened(_unescape(like[0]), 20)}
                )
            self.draft.note(
                _(
                    "%(part)s begins with “%(like)s”. If that is a weight, write it as “%%%(like)s”; it was taken as words."
                )
                % {"part": part, "like": like[0]}
            )
        said, _unused, why = text.partition("#")
        said = self.draft.words(_unescape(said), "plain", part) if typed else self.words(said, part)
        return Answer(said, credit, self.words(why, f"the feedback to {part}"))


def _read(draft, body):
    said = FORM.match(body)
    read = Reader(draft, FORMS[said[1].lower()] if said else "moodle")
    if body.count("{") != body.count("}") or body.count("{") > 1 or body.find("}") < body.find("{"):
        raise NotImportable(_what_is_wrong_with_braces(body))
    if "{" not in body:
        return _description(draft, body, read)
    before, _unused, rest = body.partition("{")
    inside, _unused, after = rest.partition("}")
    text = f"{before.rstrip()} _____ {after.lstrip()}" if after.strip() else before
    inside, _unused, general = inside.partition("####")
    question = read.words(text, _("the question"), lines=True)
    return _answered(
        draft, read, question, inside.strip(), read.words(general, _("the feedback"), lines=True)
    )


def _what_is_wrong_with_braces(body):
    opened, closed = body.count("{"), body.count("}")
    if opened == closed and opened > 1:
        return _("it has more than one set of answers in { }, and we take one.")
    return (
        _("its answers begin with { but do not end with }.")
        if opened > closed
        else _("it has a } without a { before it.")
    )


def _answered(draft, read, question, inside, why):
    truth, *feedback = inside.split("#")
    if not inside:
        return essay(draft, question, why=why)
    if inside.startswith("#") and draft.is_of_quiz:
        return number_check(draft, question, _numbers_with_tolerance(read, inside[1:]), why=why)
    if inside.startswith("#"):
        return numerical(draft, question, _numbers(read, inside[1:]), why=why)
    if inside.startswith(">"):
        items, grading = _lines(read, inside[1:])
        return order(draft, question, items, why, grading)
    if CLOZE.match(_unescape(inside)):
        raise NotImportable(_("cloze questions (gaps in a text) cannot be taken."))
    if TRUTH.match(truth.strip()) and "=" not in inside and "~" not in inside:
        if len(feedback) > 2:
            raise NotImportable(_("it is true or false and has more than two parts of feedback."))
        # GIFT gives the feedback for the wrong answer first.
        wrong, right = (read.words(said, _("the feedback")) for said in (*feedback, "", "")[:2])
        true = truth.strip()[0] in "tT"
        return true_or_false(
            draft,
            question,
            true=true,
            why_true=right if true else wrong,
            why_false=wrong if true else right,
            why=why,
        )
    if "~" in inside:
        return choice(draft, question, _options(read, inside), several="=" not in inside, why=why)
    if "=" in inside and not inside.startswith("="):
        raise NotImportable(
            _("“%(unescape)s” stands before its first =.")
            % {"unescape": shortened(_unescape(inside.partition("=")[0]), 40)}
        )
    if not inside.startswith("=") and not BARE.match(_unescape(inside)):
        raise NotImportable(
            _(
                "its answers begin with “%(unescape)s”, which begins no kind of GIFT question that we know."
            )
            % {"unescape": _unescape(inside)[:1]}
        )
    parts = [part for part in inside.split("=") if part.strip()]
    if any("->" in part for part in parts):
        return match(
            draft,
            question,
            [_pair(read, part, number) for number, part in enumerate(parts, 1)],
            why,
        )
    answers = [
        read.answer(part, _("answer %(number)s") % {"number": number}, 100.0, typed=True)
        for number, part in enumerate(parts, 1)
    ]
    return short(draft, question, answers, why=why)


def _lines(read, inside):
    """The lines of an ordering question, which Moodle writes as {>3 ALL VERTICAL … and a line for each thing, and how it grades them."""
    settings, at = [], 0
    while (
        (found := ORDER_SETTING.match(inside, at))
        and len(settings) < 6
        and "\n" not in inside[at : found.start(1)]
    ):
        settings.append(found[1])
        at = found.end()
    if settings and (small := SMALL_NUMBERING.match(inside, at)):
        settings.append(small[1].upper())
        at = small.end()
    lines = [line.strip() for line in inside[at:].split("\n") if line.strip()]
    some = settings and settings[0].isdigit() and 0 < int(settings[0]) < len(lines)
    if some and SOME & set(settings):
        read.draft.note(
            _("Moodle shows only %(setting)s of its %(count)s lines, and our check shows all.")
            % {"setting": settings[0], "count": len(lines)}
        )
    grading = next((one for one in settings if one.startswith(GRADINGS)), "")
    left = [
        setting
        for place, setting in enumerate(settings)
        if setting not in USUAL_ORDER | SOME and not (place == 0 and setting.isdigit())
        if not (read.draft.is_of_quiz and setting == grading)
    ]
    if left:
        read.draft.note(_("its settings %(lefts)s were not taken.") % {"lefts": ", ".join(left)})
    items = [
        read.words(line, _("line %(number)s") % {"number": number})
        for number, line in enumerate(lines, 1)
    ]
    return items, grading


def _options(read, inside):
    marks = re.split(r"([=~])", inside)
    if marks[0].strip():
        raise NotImportable(
            _("“%(unescape)s” stands before its first = or ~.")
            % {"unescape": _unescape(marks[0])[:40]}
        )
    given = zip(marks[1::2], marks[2::2], strict=True)
    return [
        read.answer(
            text, _("answer %(number)s") % {"number": number}, 100.0 if mark == "=" else 0.0
        )
        for number, (mark, text) in enumerate(given, 1)
    ]


def _pair(read, part, number):
    left, arrow, right = part.partition("->")
    if not arrow:
        raise NotImportable(_("its pair %(number)s has no -> in it.") % {"number": number})
    right, _unused, why = right.partition("#")
    where = _("pair %(number)s") % {"number": number}
    return (
        read.words(left, where),
        read.draft.words(_unescape(right), "plain", where),
        read.words(why, _("the feedback to %(where)s") % {"where": where}),
    )


def _numbers_with_tolerance(read, inside):
    """Each answer with its number and how far one may be off: 1.5, 1.5:0.2 or 1..2."""
    found = []
    for place, part in enumerate([part for part in re.split(r"[=~]", inside) if part.strip()], 1):
        answer = read.answer(part, _("answer %(number)s") % {"number": place}, 100.0, typed=True)
        text = _unescape(answer.text)
        low, dots, high = text.partition("..")
        value, _colon, tolerance = (word.strip() for word in text.partition(":"))
        figures = (low.strip(), high.strip()) if dots else (value, tolerance or "0")
        if not all(NUMBER.match(one) for one in figures):
            raise NotImportable(
                _("its answer “%(answer)s” is not a number.") % {"answer": answer.text[:40]}
            )
        first, second = map(Decimal, figures)
        span = ((first + second) / 2, abs(second - first) / 2) if dots else (first, abs(second))
        found.append((answer, *span))
    return found


def _numbers(read, inside):
    """Numbers that must be met exactly; one with a tolerance or a range has no place in our block."""
    parts = [part for part in re.split(r"[=~]", inside) if part.strip()]
    answers = [
        read.answer(part, _("answer %(number)s") % {"number": number}, 100.0, typed=True)
        for number, part in enumerate(parts, 1)
    ]
    for answer in answers:
        number, colon, tolerance = answer.text.partition(":")
        if (
            ".." in answer.text
            or colon
            and (not NUMBER.match(tolerance.strip()) or float(tolerance) != 0)
        ):
            raise NotImportable(_("a number with a tolerance or a range cannot be taken."))
        if not NUMBER.match(number.strip()):
            raise NotImportable(
                _("its answer “%(answer)s” is not a number.") % {"answer": answer.text[:40]}
            )
        answer.text = number.strip()
    return answers


def _description(draft, body, read):
    said = FORM.match(body)
    pieces, lost = rich(
        _unescape(_without_form(body)), FORMS[said[1].lower()] if said else "moodle"
    )
    draft.miss(lost, "it")
    if not pieces:
        raise NotImportable(_("it has no words and no answers."))
    draft.note(_("it has no answers in { } and became a text block."))
    return [("text", piece) for piece in pieces]
