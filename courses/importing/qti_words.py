"""The words of a QTI item, plain or as HTML, and the parts of an essay that only a quiz takes."""

from math import isfinite
from xml.etree.ElementTree import tostring

from django.utils.translation import gettext as _

from .question_draft import essay

ESSAY = "extendedTextInteraction"


def html_of(element) -> str:
    """What stands inside an element, as HTML."""
    parts = [escaped(element.text)]
    parts += [tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts)


def escaped(text):
    return (text or "").replace("&", "&amp;").replace("<", "&lt;")


def words_of(draft, element, part, *, lines=False):
    return draft.words(html_of(element), "html", part, lines=lines)


def replace(body, wanted, with_words):
    """Words in the place of an element; what follows it stays."""
    for parent in body.iter():
        for place, child in enumerate(list(parent)):
            if child is not wanted:
                continue
            rest = with_words + (child.tail or "")
            if place:
                before = parent[place - 1]
                before.tail = (before.tail or "") + rest
            else:
                parent.text = (parent.text or "") + rest
            parent.remove(child)
            return


def text_of(element):
    return " ".join("".join(element.itertext()).split())


def figure(text) -> float:
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if isfinite(found) else 0.0


def guidance_of(draft, body) -> str:
    """What an item says to its markers alone: blocks that are not for candidates. They are no part of the question."""
    found = [
        one
        for one in body.iter("rubricBlock")
        if one.get("view") and "candidate" not in one.get("view", "").split()
    ]
    words = [words_of(draft, one, _("the notes for markers"), lines=True) for one in found]
    for one in found:
        replace(body, one, "")
    return "\n".join(filter(None, words))


def read_essay(draft, item, interaction, text):
    """Its model answer is what it calls right, its points the most that it says it scores."""
    if not draft.is_of_quiz:
        return essay(draft, text)
    right = interaction.get("responseIdentifier")
    models = [
        one.find("correctResponse/value")
        for one in item.findall("responseDeclaration")
        if one.get("identifier") == right and one.get("baseType") == "string"
    ]
    model = next((html_of(one) for one in models if one is not None), "")
    most = [
        figure(one.get("normalMaximum", "") or text_or_nothing(one.find("defaultValue/value")))
        for one in item.findall("outcomeDeclaration")
        if one.get("identifier") == "MAXSCORE"
        or (one.get("identifier") == "SCORE" and one.get("normalMaximum"))
    ]
    marks = round(max(most, default=0.0))
    model = draft.words(model, "html", _("the model answer"), lines=True)
    return essay(draft, text, marks=marks if 0 < marks < 1000 else None, model=model)


def text_or_nothing(element) -> str:
    return "" if element is None else text_of(element)
