"""What a Moodle question says beside its words: every element is on a list here, or is named as left out."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .results import shortened

# What the readers of moodle.py use, and the words in it that each kind of question keeps.
COMMON = {"name", "questiontext", "generalfeedback", "hint", "file", "image", "image_base64"}
WHOLE = {"correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"}
USED = {
    "multichoice": {"answer", "single"},
    "truefalse": {"answer"},
    "matching": {"subquestion"},
    "shortanswer": {"answer", "usecase"},
    "numerical": {"answer", "units"},
    "ordering": {"answer"},
    "cloze": set(),
    "multianswer": set(),
    "essay": {"graderinfo", "responsetemplate"},
    "description": set(),
}
ANY: set[str] = set()  # whatever it says; told from the others by being this very set
SCENARIO_TAG = re.compile(r"scenario:[A-Za-z0-9._-]{1,40}")
NOUGHT = {"", "0", "false"}
# Values that mean what our checks do anyway, or what Moodle writes where its author chose nothing.
USUAL = {
    "single": ANY,
    "showstandardinstruction": ANY,
    "shownumcorrect": ANY,
    "usecase": ANY,
    "answernumbering": {"", "abc", "none"},
    "shuffleanswers": ANY,
    "hidden": ANY,
    "status": ANY,
    "idnumber": {""},
    "tags": {""},
    "units": ANY,
    "unitgradingtype": NOUGHT,
    "unitsleft": NOUGHT,
    "showunits": {"", "0", "3"},
    "unitpenalty": {"", "0.1", "0.1000000"},
    "instructions": {""},
    "responseformat": {"", "editor", "plain", "monospaced"},
    "responserequired": {"", "0", "1"},
    "responsefieldlines": ANY,
    "attachments": NOUGHT,
    "attachmentsrequired": NOUGHT,
    "minwordlimit": ANY,  # an essay of a quiz keeps them, and a unit’s reader is told of each
    "maxwordlimit": ANY,
    "maxbytes": NOUGHT,
    "filetypeslist": {""},
    "layouttype": {"", "0", "vertical"},
    "selecttype": {"", "0", "all"},
    "selectcount": ANY,
    "gradingtype": {"", "0", "absolute_position", "absolute", "1", "relative_next_exclude_last"},
    "gradingtypes": {""},
    "showgrading": {"", "1", "show", "true"},
    "numberingstyle": {"", "none"},
}
NAMES = {
    "idnumber": gettext_noop("identity numbers"),
    "tags": gettext_noop("tags"),
    "answernumbering": gettext_noop("the letters or numbers before answers"),
    "defaultgrade": gettext_noop("marks"),
    "penalty": gettext_noop("penalties"),
    "unitgradingtype": gettext_noop("how units are graded"),
    "unitpenalty": gettext_noop("penalties for units"),
    "showunits": gettext_noop("how units are shown"),
    "unitsleft": gettext_noop("where units stand"),
    "instructions": gettext_noop("instructions about units"),
    "responseformat": gettext_noop("the form of an essay"),
    "responserequired": gettext_noop("whether words are required"),
    "attachments": gettext_noop("files to attach"),
    "attachmentsrequired": gettext_noop("files to attach"),
    "maxbytes": gettext_noop("the largest file to attach"),
    "filetypeslist": gettext_noop("kinds of files to attach"),
    "layouttype": gettext_noop("the layout of lines"),
    "gradingtype": gettext_noop("how an order is graded"),
    "showgrading": gettext_noop("whether grading is shown"),
    "numberingstyle": gettext_noop("the numbers before lines"),
    "category": gettext_noop("the category"),
}
INSIDE = {
    "answer": {"text", "feedback", "file", "tolerance"},
    "subquestion": {"text", "answer", "file"},
    "hint": {"text", "file"},
    "questiontext": {"text", "file"},
    "generalfeedback": {"text", "file"},
}


OTHER_XML = {
    "questestinterop": gettext_noop("a QTI file"),
    "assessmentitem": gettext_noop("a QTI file"),
    "assessmenttest": gettext_noop("a QTI file"),
    "manifest": gettext_noop("a content package’s list"),
    "moodle_backup": gettext_noop("part of a Moodle backup"),
    "html": gettext_noop("a web page"),
}


def scenario_of(question) -> str:
    """The tag by which a description and the questions about it know each other, as our own files write it; empty where there is none."""
    tags = (_value(tag) for tag in question.findall("tags/tag/text"))
    return next((tag for tag in tags if SCENARIO_TAG.fullmatch(tag)), "")


def settings_of(question) -> list[str]:
    """Settings that have no place in our blocks, each by what it is; said once for the whole file."""
    kind = (question.get("type") or "").strip().lower()
    if kind == "category":
        return _category(question)
    found = []
    for child in question:
        tag, value = str(child.tag), _value(child)
        if tag == "defaultgrade":
            usual = not value or _number(value) == 1 or kind == "essay"
        elif tag == "penalty":
            usual = (
                not value
                or min(
                    abs(_number(value) - one)
                    for one in (0, 1 / 3, *((1,) if kind == "truefalse" else ()))
                )
                < 0.001
            )
        elif tag in COMMON | WHOLE | USED.get(kind, set()):
            usual = True
        elif tag == "tags" and SCENARIO_TAG.fullmatch(value):
            usual = True
        elif tag in USUAL:
            usual = USUAL[tag] is ANY or value.lower() in USUAL[tag]
        else:
            usual = not value and tag not in INSIDE
            if not usual and tag in ("answer", "subquestion"):
                usual = not value  # an essay carries an empty answer
        if not usual:
            shown = (
                f" (“{shortened(value, 40)}”)"
                if tag in ("idnumber", "tags") or tag not in NAMES
                else ""
            )
            found.append(f"{NAMES.get(tag, f'what Moodle calls “{shortened(tag, 40)}”')}{shown}")
        for inner in child:
            if tag == "hint" and inner.tag in ("shownumcorrect", "clearwrong", "options"):
                found.append(_("settings of hints"))
            elif tag in INSIDE and str(inner.tag) not in INSIDE[tag]:
                found.append(
                    _("what Moodle calls “%(tag)s” in “%(outer)s”")
                    % {"tag": shortened(str(inner.tag), 40), "outer": tag}
                )
    return found


def notes_of(question, kind) -> list[str]:
    """What a setting of this question means for its reader: it is retired, unfinished, or lives by its order."""
    notes = []
    if _flag(question, "hidden"):
        notes.append(
            _(
                "it is hidden in Moodle, as questions are that were retired. Look whether it should be taught."
            )
        )
    status = _value(question.find("status")).lower()
    if status not in ("", "ready"):
        how = (
            _("a draft")
            if status == "draft"
            else "hidden"
            if status == "hidden"
            else _("“%(status)s”, not ready") % {"status": shortened(status)}
        )
        notes.append(_("it is %(how)s in Moodle. Look whether it should be taught.") % {"how": how})
    if kind in ("multichoice", "matching") and _value(question.find("shuffleanswers")).lower() in (
        "0",
        "false",
        "no",
    ):
        notes.append(
            _(
                "Moodle keeps its answers in this order, and our checks show them in another. Reword answers that need their place."
            )
        )
    if kind == "ordering" and _value(question.find("selecttype")).lower() not in ("", "0", "all"):
        notes.append(_("Moodle shows only some of its lines, and our check shows all."))
    once = COMMON | WHOLE | USED[kind] - {"answer", "subquestion"}
    for tag in sorted(once - {"hint", "file", "image", "image_base64"}):
        if len(question.findall(tag)) > 1:
            notes.append(
                _("it has more than one “%(tag)s”, and only the first was taken.") % {"tag": tag}
            )
    texts = [
        element
        for element in question.iter(
            "questiontext",
        )
        for _unused in element.findall("text")[1:]
    ]
    if texts:
        notes.append(_("its question has more than one text, and only the first was taken."))
    if (question.text or "").strip() or any((child.tail or "").strip() for child in question):
        notes.append(_("words that stand between its parts were left out."))
    return notes


def _category(question):
    found = []
    path = _value(question.find("category"))
    steps = [
        step
        for step in re.sub(r"^\$[a-z]+\$/?", "", path).split("/")
        if step and step != "top" and not step.startswith("Default for ")
    ]
    if steps:
        found.append(_("the category “%(steps)s”") % {"steps": shortened("/".join(steps))})
    for tag in ("info", "idnumber"):
        if said := _value(question.find(tag)):
            found.append(
                (
                    _("the description of a category (“%(words)s”)")
                    if tag == "info"
                    else _("the identity number of a category (“%(words)s”)")
                )
                % {"words": shortened(said)}
            )
    return found


def _flag(question, tag):
    return _value(question.find(tag)).lower() not in NOUGHT


def _value(element) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _number(text):
    try:
        return float(text)
    except ValueError:
        return -1.0
