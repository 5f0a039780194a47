"""A text with gaps in an item of QTI 2.2: a line to type in or a list for each, and a share of the score for each that is right."""

import re
from xml.etree.ElementTree import SubElement

from . import kinds


def plain(text: str) -> str:
    """Without what XML cannot hold."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def _name(number):
    return f"GAP_{number}"  # by which courses.importing.qti knows a text with one gap


def declare_gaps(root, gaps):
    """What is right in each gap."""
    for number, gap in enumerate(gaps, start=1):
        base = {kinds.NUMBER: "float", kinds.SHORT: "string"}.get(gap.kind, "identifier")
        about = {"identifier": _name(number), "cardinality": "single", "baseType": base}
        made = SubElement(root, "responseDeclaration", about)
        correct = SubElement(SubElement(made, "correctResponse"), "value")
        if gap.kind == kinds.SHORT:
            correct.text = plain(gap.solution["accept"][0])
            _map(made, gap.solution["accept"], len(gaps))
        elif gap.kind == kinds.NUMBER:
            correct.text = gap.solution["value"]
        else:
            correct.text = f"C{kinds.options_of(gap).index(gap.solution['right']) + 1}"


def _map(declaration, accept, count):
    mapping = SubElement(declaration, "mapping", {"defaultValue": "0"})
    for words in accept:
        about = {"mapKey": plain(words), "mappedValue": f"{1 / count:.6g}"}
        SubElement(mapping, "mapEntry", {**about, "caseSensitive": "false"})


def ask_gaps(body, text, gaps):
    """The text, a paragraph for each line, with the places to answer in it."""
    for line in text.splitlines():
        paragraph, last = SubElement(body, "p"), None
        for words, number in kinds.pieces_of(line):
            if last is None:
                paragraph.text = plain(words)
            else:
                last.tail = plain(words)
            if number:
                last = _place(paragraph, number, gaps[number - 1])


def _place(paragraph, number, gap):
    about = {"responseIdentifier": _name(number)}
    if gap.kind != kinds.SINGLE:
        return SubElement(paragraph, "textEntryInteraction", about)
    made = SubElement(paragraph, "inlineChoiceInteraction", {**about, "shuffle": "false"})
    for place, words in enumerate(kinds.options_of(gap), start=1):
        SubElement(made, "inlineChoice", {"identifier": f"C{place}"}).text = plain(words)
    return made


def process_gaps(processing, gaps):
    """Each gap that is right adds its share."""
    for number, gap in enumerate(gaps, start=1):
        if gap.kind == kinds.SHORT:
            SubElement(_add(processing), "mapResponse", {"identifier": _name(number)})
            continue
        condition = SubElement(SubElement(processing, "responseCondition"), "responseIf")
        if gap.kind == kinds.NUMBER:
            off = gap.solution["tolerance"]
            about = {"toleranceMode": "absolute", "tolerance": f"{off} {off}"}
            test = SubElement(condition, "equal", about)
        else:
            test = SubElement(condition, "match")
        SubElement(test, "variable", {"identifier": _name(number)})
        SubElement(test, "correct", {"identifier": _name(number)})
        share = SubElement(_add(condition), "baseValue", {"baseType": "float"})
        share.text = f"{1 / len(gaps):.6g}"


def _add(parent):
    """An outcome that adds to the score; the caller says what."""
    score = SubElement(parent, "setOutcomeValue", {"identifier": "SCORE"})
    total = SubElement(score, "sum")
    SubElement(total, "variable", {"identifier": "SCORE"})
    return total
