"""Question files: finds out what a file is (its content first, its ending where that leaves a doubt) and reads it."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit.files import BadFile

from . import aiken, gift, moodle, qti
from .question_draft import SCENARIO, Gathering, NotImportable, QuestionDraft
from .results import ImportResult, with_time_limit
from .wording import CONTROLS

MOST_BYTES = 2 * 1024 * 1024
MOST_QUESTIONS = 500
XML_QUESTION = re.compile(r"<question\s[^<>]{0,200}?\btype\s*=\s*[\"']([^\"'<>]{0,60})[\"']", re.I)
DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
ONE_BYTE = re.compile(
    r"^(iso-8859-([1-9]|1[03456])|latin-?[1-9]|windows-125[0-8]|cp125[0-8]|koi8-[ru])$", re.I
)
OLD_TEXT = gettext_noop(
    "This file is not in UTF-8. We read it as Western European text: look at accents, dashes and quotation marks."
)
TOO_LARGE = gettext_noop(
    "This question file is larger than 2 MB. Divide it, or take its pictures out, and choose it again."
)
EMPTY = gettext_noop(
    "This file is empty. Open it on your own device to check it, then choose it again."
)
UNKNOWN = gettext_noop(
    "We found no question in this file. We take Moodle XML, GIFT (an answer in { } after each question) and Aiken "
    "(an ANSWER line after each question)."
)


def read_questions(name: str, content: bytes) -> ImportResult:
    """The knowledge checks in a Moodle XML, GIFT or Aiken file, and what could not be taken."""
    if len(content) > MOST_BYTES:
        raise BadFile(_(TOO_LARGE))
    return with_time_limit(_read, name, content)


@dataclass(frozen=True)
class QuestionRead:
    """One question of a file: what it makes (kind of block, value), or why it can make nothing, and what it lost; and the text of its scenario."""

    place: str
    results: list[tuple[str, dict]]
    notes: list[str]
    fault: str = ""
    scenario: str = ""


def read_each(name: str, content: bytes) -> tuple[list[QuestionRead], list[str]]:
    """Every question of a file (QTI items and packages too) by itself, a number as a number with how far an answer may be off, and a sentence for what stands beside the questions.
    Raises BadFile where there is none."""
    if len(content) > MOST_BYTES:
        raise BadFile(_(TOO_LARGE))
    return with_time_limit(_read_each, name, content)


def _read_each(name, content):
    losses: list[str] = []
    if qti.is_qti(content):
        todo = qti.questions(content, losses)
    else:
        text, losses = _decoded(content)
        if not text.strip():
            raise BadFile(_(EMPTY))
        todo = _format(name, text).questions(text, losses)
        if text.lstrip().startswith("<"):
            todo = _with_lines(list(todo), text)
    found = []
    for draft, read in todo:
        _insist_not_too_many(len(found))
        draft.is_of_quiz = True
        one = _read_one(draft, read)
        if [kind for kind, _value in one.results] != [SCENARIO]:  # it stands with its questions
            found.append(one)
    if not found:
        raise BadFile(_(UNKNOWN))
    return found, losses


def _with_lines(todo, text):
    """Questions of an XML file with the lines on which they begin, where each can be told: a comment may look like a question."""
    begins = [hit for hit in XML_QUESTION.finditer(text) if hit[1].strip().lower() != "category"]
    if len(begins) == len(todo):
        for (draft, _read_it), hit in zip(todo, begins, strict=True):
            line = text.count("\n", 0, hit.start()) + 1
            draft.place = _("%(question)s (line %(line)s)") % {
                "question": draft.place,
                "line": line,
            }
    return todo


def _read_one(draft: QuestionDraft, read) -> QuestionRead:
    try:
        made = read(draft)
    except NotImportable as fault:
        return QuestionRead(draft.name(), [], [], str(fault))
    looks = [
        _("the look of words was left out, and the words were kept: %(what)s.") % {"what": what}
        for what in draft.looks
    ]
    return QuestionRead(draft.name(), made, [*draft.notes, *looks], scenario=draft.scenario)


def _insist_not_too_many(count):
    if count == MOST_QUESTIONS:
        raise BadFile(
            _(
                "This file has more than %(most_questions)s questions. Divide it and choose the parts one by one."
            )
            % {"most_questions": MOST_QUESTIONS}
        )


def _read(name, content):
    text, notes = _decoded(content)
    if not text.strip():
        raise BadFile(_(EMPTY))
    gathering = Gathering()
    gathering.losses += notes
    for asked, read in _format(name, text).questions(text, gathering.losses):
        _insist_not_too_many(gathering.count)
        gathering.take(asked, read)
    if gathering.blocks:
        return gathering.result()
    if not gathering.count:
        raise BadFile(_(UNKNOWN))
    reasons = " ".join([sentence for sentence in gathering.losses if sentence not in notes][:3])
    raise BadFile(
        _("None of the questions in this file can be taken, so nothing was. %(reasons)s")
        % {"reasons": reasons}
    )


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """The text and a note when its encoding was a guess. Control characters are not words and go."""
    _refuse_other_kinds(content)
    notes = []
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as fault:
            raise BadFile(
                _("This file is damaged from byte %(start)s on. Save it again as UTF-8.")
                % {"start": fault.start}
            ) from None
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text, notes = _older(content)
    if "\0" in text:
        raise BadFile(
            _(
                "This is not a text file. Export your questions as Moodle XML, GIFT or Aiken and choose that."
            )
        )
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")), notes


def _older(content):
    declared = DECLARED.match(content)
    named = declared[1].decode() if declared else ""
    try:
        if ONE_BYTE.match(named):
            return content.decode(named), []
        return content.decode("cp1252"), [_(OLD_TEXT)]
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise BadFile(
            _(
                "Line %(line)s holds something that is not text. Save the file as UTF-8 text and choose it again."
            )
            % {"line": line}
        ) from None


def _refuse_other_kinds(content):
    if content.startswith(b"PK\x03\x04"):
        raise BadFile(
            _(
                "This is a Word file or a ZIP archive, not a question file. Export the questions and choose that file."
            )
        )
    if content.startswith(b"\x1f\x8b"):
        raise BadFile(
            _(
                "This is a packed file, such as a Moodle backup. Export the questions as Moodle XML and choose that file."
            )
        )
    if content.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff")):
        raise BadFile(
            _(
                "This is not a text file. Export your questions as Moodle XML, GIFT or Aiken and choose that."
            )
        )


def _format(name, text):
    """The reader for this text. A GIFT file may have an ANSWER line in it and an Aiken file a brace: what there is
    more of decides, and the file's ending when that says nothing."""
    if re.match(r"\s*<(\?xml|!--|!DOCTYPE|quiz[\s>/])", text, re.I):
        return moodle
    braces = len(gift.OPENING.findall(text))
    answers = len(aiken.ANSWER.findall(text))
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if (
        answers
        and (answers >= braces and ending != "gift" or not braces)
        and aiken.OPTION.search(text)
    ):
        return aiken
    if braces or ending == "gift":
        return gift
    if ending == "xml":
        raise BadFile(
            _(
                "This file ends in .xml, but it is not XML. Export your questions as Moodle XML again and choose that."
            )
        )
    if answers or ending == "aiken":
        return aiken
    raise BadFile(_(UNKNOWN))
