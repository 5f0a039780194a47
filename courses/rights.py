"""Rights that a provision gives: who may use each, how, by when, from when; read from and written as lines of plain words."""

import re

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.kit import nations

LABELS = {
    "Key": "key",
    "Right": "title",
    "Nations": "nations",
    "Who": "holder",
    "How": "how",
    "By when": "deadline",
    "No time limit": "no_deadline",
    "From when": "runs_from",
    "Exception": "exception",
}
NAMES = {name: label for label, name in LABELS.items()}
NEEDED = ("key", "title", "nations", "holder", "how")
ABOUT = format_lazy(
    gettext_lazy(
        "One right after another, with an empty line between them. Each line begins with one of: {labels}. "
        "A right has a time by which it is used and from when that runs, or says that the law sets none."
    ),
    labels=", ".join(f"“{label}:”" for label in LABELS),  # as `read` knows them
)


class Misread(ValueError):
    """The words do not make a right; says which one and what to do."""


def read(text) -> list[dict]:
    """The rights that were typed, in order, each {"key", "title", "nations": [codes], "holder", "how", "deadline", "no_deadline",
    "runs_from", "exception"}. Raises Misread, and says in which right."""
    found = []
    for number, block in enumerate(
        re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()), start=1
    ):
        if block.strip():
            found.append(_one(block, _("Right %(number)s") % {"number": number}))
    keys = [right["key"] for right in found]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise Misread(
            _("Two rights have the key “%(twice)s”. Give each its own.") % {"twice": twice[0]}
        )
    return found


def _one(block, where) -> dict:
    right: dict = dict.fromkeys(LABELS.values(), "")
    last = None
    for line in block.splitlines():
        label, colon, words = line.partition(":")
        if colon and label.strip() in LABELS:
            last = LABELS[label.strip()]
            right[last] = words.strip()
        elif last:  # a line that was broken
            right[last] = f"{right[last]} {line.strip()}".strip()
        else:
            raise Misread(
                _("%(where)s: the line “%(line)s” begins with none of the labels.")
                % {"where": where, "line": line.strip()[:60]}
            )
    if right["nations"]:
        try:
            right["nations"] = nations.read(right["nations"])
        except ValueError as why:
            raise Misread(
                _("%(where)s: “%(why)s” names none of the four nations.")
                % {"where": where, "why": why}
            ) from why
    if faults := faults_of(right):
        raise Misread(f"{where}: {faults[0]}")
    return right


def faults_of(right) -> list[str]:
    """What a right lacks, in words."""
    found = [
        _("the line “%(name)s:” is missing.") % {"name": NAMES[name]}
        for name in NEEDED
        if not right.get(name)
    ]
    if right.get("key") and not re.fullmatch(r"[a-z0-9-]{1,60}", right["key"]):
        found.append(_("a key has small letters, digits and hyphens."))
    if bool(right.get("deadline")) == bool(right.get("no_deadline")):
        found.append(
            _(
                "say by when it is used (“By when:”), or that the law sets no time (“No time limit:”)."
            )
        )
    if right.get("deadline") and not right.get("runs_from"):
        found.append(_("say from when the time runs (“From when:”)."))
    return found


def as_lines(rights) -> str:
    """The same as lines, as `read` reads them."""
    return "\n\n".join(
        "\n".join(
            f"{label}: {_words(name, right[name])}"
            for label, name in LABELS.items()
            if right.get(name)
        )
        for right in rights
    )


def _words(name, value):
    return "; ".join(nations.NATIONS[code] for code in value) if name == "nations" else value
