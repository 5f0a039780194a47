"""QTI 2.1 and 2.2 items, alone or in a package: read without DTD or entities. One interaction an item; every other kind by its name."""

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from posixpath import dirname, join, normpath

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit.files import BadFile

from .qti_words import ESSAY, figure, guidance_of, read_essay, replace, text_of, words_of
from .question_draft import (
    Answer,
    NotImportable,
    QuestionDraft,
    choice,
    gaps,
    match,
    number_check,
    order,
    short,
)
from .results import shortened
from .wording import words

ITEM, STIMULUS = "assessmentItem", "assessmentStimulus"
NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})(e[+-]?[0-9]{1,2})?", re.I)
OUR_GAP = re.compile(r"\[\[\d{1,4}\]\]")
MOST_FILES, MOST_UNPACKED = 600, 8 * 1024 * 1024
LIKE_ITEM = re.compile(rf"<(?:\w+:)?{ITEM}[\s>/]".encode())
LIKE_STIMULUS = re.compile(rf"<(?:\w+:)?{STIMULUS}[\s>/]".encode())
OTHERS = {
    "associateInteraction": gettext_noop("questions that associate things"),
    "gapMatchInteraction": gettext_noop("questions that fill gaps in a text"),
    "inlineChoiceInteraction": gettext_noop("questions that choose words for gaps"),
    "hottextInteraction": gettext_noop("questions that choose words in a text"),
    "hotspotInteraction": gettext_noop("questions on a picture"),
    "selectPointInteraction": gettext_noop("questions on a picture"),
    "graphicOrderInteraction": gettext_noop("questions on a picture"),
    "graphicAssociateInteraction": gettext_noop("questions on a picture"),
    "graphicGapMatchInteraction": gettext_noop("questions on a picture"),
    "positionObjectInteraction": gettext_noop("questions on a picture"),
    "sliderInteraction": gettext_noop("questions with a slider"),
    "mediaInteraction": gettext_noop("questions with a recording"),
    "drawingInteraction": gettext_noop("drawing questions"),
    "uploadInteraction": gettext_noop("questions that take a file"),
    "customInteraction": gettext_noop("questions of a maker’s own kind"),
}


def is_qti(content: bytes) -> bool:
    """An item, or an archive: of the kinds of question files only packages of items are one."""
    return content.startswith(b"PK\x03\x04") or bool(LIKE_ITEM.search(content[:4096]))


def questions(content: bytes, losses: list[str]) -> Iterator[tuple]:
    """Every item with the function that reads it; of a package what is no item is named."""
    files, stimuli = [("", content)], {}
    if content.startswith(b"PK"):
        files, stimuli = _unpacked(content, losses)
    number = 0
    for name, data in files:
        number += 1
        where = _("Question %(number)s") % {"number": number} + (f" ({name})" if name else "")
        yield _draft_of(where, name, data, stimuli)


def _draft_of(where, name, data, stimuli):
    try:
        item = _root(data)
    except BadFile as fault:
        if not name:
            raise
        return QuestionDraft(where), lambda draft, fault=fault: _refuse(fault)
    draft = QuestionDraft(where, title=words(item.get("title") or "")[0])
    about = item.find("assessmentStimulusRef")
    href = "" if about is None else about.get("href", "")
    found = stimuli.get(normpath(join(dirname(name), href))) if href else None
    return draft, lambda draft: _read_with(draft, item, href, found)


def _read_with(draft, item, href, stimulus):
    """An item, and the text that it shares with others."""
    if stimulus is not None:
        body = _root(stimulus, STIMULUS).find("stimulusBody")
        if body is not None:
            draft.scenario = words_of(draft, body, _("the scenario"), lines=True)
    elif href:
        draft.note(
            _("the text that it is about (“%(name)s”) is not in the file.")
            % {"name": shortened(href, 120)}
        )
    return _read(draft, item)


def _refuse(fault):
    raise NotImportable(str(fault))


def _unpacked(content, losses) -> tuple[list[tuple[str, bytes]], dict[str, bytes]]:
    """The items of a package, and the texts that several share, by their names. Raises BadFile for an archive without one, or one that unfolds to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_UNPACKED:
                raise BadFile(_("This package holds too much. Divide it, and choose the parts."))
            xml = [one for one in members if one.filename.lower().endswith(".xml")]
            read = [(one.filename, _member(archive, one)) for one in xml]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as fault:
        raise BadFile(_("This package is damaged or locked. Export it again.")) from fault
    items = [(name, data) for name, data in read if LIKE_ITEM.search(data)]
    if not items:
        raise BadFile(_("We found no QTI 2.1 or 2.2 item in this package."))
    stimuli = {normpath(name): data for name, data in read if LIKE_STIMULUS.search(data)}
    taken = {name for name, data in read if LIKE_ITEM.search(data) or LIKE_STIMULUS.search(data)}
    losses += [
        _("The file “%(name)s” of the package is no item and was left out.")
        % {"name": shortened(one.filename, 120)}
        for one in members
        if one.filename not in taken and not one.filename.lower().endswith("imsmanifest.xml")
    ]
    return items, stimuli


def _member(archive, member) -> bytes:
    with archive.open(member) as file:
        data = file.read(MOST_UNPACKED + 1)
    if len(data) > MOST_UNPACKED:
        raise BadFile(_("This package holds too much. Divide it, and choose the parts."))
    return data


def _root(data, wanted=ITEM):
    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise BadFile(
            _(
                "This XML file declares a document type or entities, which can reach other files or unfold without end."
            )
        ) from None
    except (ParseError, ValueError, LookupError):
        raise BadFile(_("This XML file is broken. Export the item again.")) from None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    if root.tag != wanted:
        raise BadFile(_("This XML file is not a QTI 2.1 or 2.2 item."))
    return root


# ---- one item ----


def _read(draft, item):
    body = item.find("itemBody")
    if body is None:
        raise NotImportable(_("it has no body."))
    if item.find("templateDeclaration") is not None or item.find("templateProcessing") is not None:
        raise NotImportable(_("its words or numbers are drawn anew each time (a template)."))
    interactions = [one for one in body.iter() if str(one.tag).endswith("Interaction")]
    interactions = [one for one in interactions if one.tag != "endAttemptInteraction"]
    if draft.is_of_quiz and _has_gaps(interactions):
        return _gaps(draft, item, body, interactions)
    if len(interactions) != 1:
        raise NotImportable(
            _("it has %(count)s places to answer, and we take one.") % {"count": len(interactions)}
        )
    interaction = interactions[0]
    if interaction.tag not in READERS:
        what = OTHERS.get(interaction.tag, gettext_noop("questions of another kind"))
        raise NotImportable(
            _("%(what)s (%(tag)s) cannot be taken.")
            % {"what": _(what), "tag": shortened(interaction.tag)}
        )
    why = _why(draft, item)
    guidance = guidance_of(draft, body) if interaction.tag == ESSAY else ""
    text = _question(draft, body, interaction)
    made = READERS[interaction.tag](draft, item, interaction, text)
    for kind, value in made:
        value["why"] = "\n".join(filter(None, [value.get("why"), why]))
        if kind == "essay_check":
            value["guidance"] = guidance
    return made


def _has_gaps(interactions) -> bool:
    """Several places in a text, one that is a list, or one that our own export calls a gap; one line to type in is a question of its own."""
    tags = [one.tag for one in interactions]
    if not tags or set(tags) - {"inlineChoiceInteraction", "textEntryInteraction"}:
        return False
    is_ours = interactions[0].get("responseIdentifier", "").startswith("GAP_")
    return len(tags) > 1 or tags[0] == "inlineChoiceInteraction" or is_ours


def _gaps(draft, item, body, interactions):
    if OUR_GAP.search("".join(body.itertext())):
        raise NotImportable(_("its text has a number in double brackets, by which we mark gaps."))
    found = []
    for number, one in enumerate(interactions, start=1):
        found.append(_gap(draft, item, one))
        replace(body, one, f"[[{number}]]")
    text = words_of(draft, body, _("the question"), lines=True)
    return gaps(draft, text, found, _why(draft, item))


def _gap(draft, item, interaction):
    declaration = _declaration(item, interaction)
    if interaction.tag == "inlineChoiceInteraction":
        credit = _credit(declaration)
        return "list", [
            Answer(words_of(draft, one, _("a gap")), credit.get(one.get("identifier", ""), 0.0))
            for one in interaction.findall("inlineChoice")
        ]
    answers = _answers_of(declaration)
    if declaration.get("baseType") in ("float", "integer"):
        return "number", _numbers(item, declaration, answers)
    return "words", answers


def _why(draft, item) -> str:
    """What an item says after an answer, where it says one thing; of several, each for an answer of its own, none is taken."""
    feedback = item.findall("modalFeedback")
    texts = [words_of(draft, one, _("the feedback"), lines=True) for one in feedback]
    if len(texts) == 1:
        return texts[0]
    for text in filter(None, texts):
        draft.note(
            _("what it says after an answer was left out: “%(words)s”.")
            % {"words": shortened(text, 200)}
        )
    return ""


def _question(draft, body, interaction):
    """The words before and after the place to answer, and its prompt; a gap where the place stands in a sentence."""
    prompt = interaction.find("prompt")
    asked = words_of(draft, prompt, _("the question"), lines=True) if prompt is not None else ""
    gap = "_____" if interaction.tag == "textEntryInteraction" else ""
    replace(body, interaction, gap)
    around = words_of(draft, body, _("the question"), lines=True)
    around = around.rstrip().removesuffix("_____").rstrip()
    return "\n".join(part for part in (around, asked) if part)


def _declaration(item, interaction):
    wanted = interaction.get("responseIdentifier")
    for one in item.findall("responseDeclaration"):
        if one.get("identifier") == wanted:
            return one
    raise NotImportable(_("it does not say what is right."))


def _right(declaration) -> list[str]:
    return [text_of(value) for value in declaration.findall("correctResponse/value")]


def _choices(draft, interaction):
    """Each choice with its words and the feedback inside it."""
    for number, one in enumerate(interaction.findall("simpleChoice"), 1):
        part = _("answer %(number)s") % {"number": number}
        why = []
        for feedback in [*one.iter("feedbackInline")]:
            why.append(words_of(draft, feedback, _("the feedback to %(part)s") % {"part": part}))
            replace(one, feedback, "")
        yield one.get("identifier", ""), words_of(draft, one, part), " ".join(filter(None, why))


def _choice(draft, item, interaction, text):
    declaration = _declaration(item, interaction)
    credit, several = _credit(declaration), declaration.get("cardinality") == "multiple"
    answers = [
        Answer(said, credit.get(key, 0.0), why) for key, said, why in _choices(draft, interaction)
    ]
    return choice(draft, text, answers, several=several)


def _credit(declaration) -> dict[str, float]:
    """By choice, in percent: of a mapping as it weighs them, so that unequal credit is named; else of those that are right alike."""
    entries = declaration.findall("mapping/mapEntry")
    values = {one.get("mapKey", ""): figure(one.get("mappedValue", "")) for one in entries}
    best = [value for value in values.values() if value > 0]
    right = _right(declaration)
    if not best or set(values) <= set(right) and len(set(values.values())) == 1:
        return dict.fromkeys(right, 100.0)
    whole = sum(best) if declaration.get("cardinality") == "multiple" else max(best)
    return {key: 100.0 * value / whole for key, value in values.items()}


def _order(draft, item, interaction, text):
    said = {key: words for key, words, _why in _choices(draft, interaction)}
    return order(
        draft, text, [said.get(key, "") for key in _right(_declaration(item, interaction))]
    )


def _match(draft, item, interaction, text):
    sets = [
        {
            one.get("identifier", ""): words_of(draft, one, _("a pair"))
            for one in side.findall("simpleAssociableChoice")
        }
        for side in interaction.findall("simpleMatchSet")
    ]
    if len(sets) != 2:
        raise NotImportable(_("it does not have two sides to match."))
    lefts, rights = sets
    sides = dict(
        pair.split() for pair in _right(_declaration(item, interaction)) if pair.count(" ") == 1
    )
    if len(sides) < len(_right(_declaration(item, interaction))):
        raise NotImportable(_("something on its left has several matches."))
    pairs = [(said, rights.get(sides.get(key, ""), ""), "") for key, said in lefts.items()]
    pairs += [("", said, "") for key, said in rights.items() if key not in sides.values()]
    return match(draft, text, pairs)


def _typed(draft, item, interaction, text):
    declaration = _declaration(item, interaction)
    answers = _answers_of(declaration)
    if declaration.get("baseType") in ("float", "integer"):
        return number_check(draft, text, _numbers(item, declaration, answers))
    return short(draft, text, answers)


def _answers_of(declaration) -> list[Answer]:
    """What may be typed, with its credit: those that are called right, and what a mapping says of others."""
    answers = [Answer(value, 100.0) for value in _right(declaration)]
    if declaration.get("baseType") in ("float", "integer"):
        return answers
    there = {answer.text for answer in answers}
    entries = declaration.findall("mapping/mapEntry")
    best = max((_worth(one) for one in entries), default=0.0)
    for one in entries:
        key = one.get("mapKey", "")
        if key and key not in there:
            answers.append(Answer(key, 100.0 if best > 0 and _worth(one) >= best else 50.0))
    for answer in answers:  # a star stands for itself here
        answer.text = answer.text.replace("*", r"\*")
    return answers


def _worth(entry) -> float:
    value = entry.get("mappedValue", "0")
    return float(value) if NUMBER.fullmatch(value) else 0.0


def _numbers(item, declaration, answers) -> list[tuple[Answer, Decimal, Decimal]]:
    """Each number with how far an answer may be off; of several numbers, by what is compared with this one."""
    here = declaration.get("identifier")
    equals = [
        one
        for one in item.iter("equal")
        if one.find("variable") is None
        or any(part.get("identifier") == here for part in one.findall("variable"))
    ]
    tolerances = [
        one.get("tolerance", "").split() for one in equals if one.get("toleranceMode") == "absolute"
    ]
    relative = any(one.get("toleranceMode") == "relative" for one in equals)
    if relative:
        raise NotImportable(_("a number with a tolerance in percent cannot be taken."))
    values = [answer.text for answer in answers] + [one for two in tolerances for one in two]
    if not all(NUMBER.fullmatch(value) for value in values) or len(set(sum(tolerances, []))) > 1:
        raise NotImportable(_("its answer is not a number with one tolerance."))
    off = abs(Decimal(tolerances[0][0])) if tolerances and tolerances[0] else Decimal(0)
    return [(one, Decimal(one.text), off) for one in answers]


READERS = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "textEntryInteraction": _typed,
    ESSAY: read_essay,
}
