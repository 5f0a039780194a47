"""Questions of a quiz as a QTI 2.2 content package: an item for each, and the list of them."""

import io
import re
import zipfile
from xml.etree.ElementTree import Element, SubElement, tostring

from . import kinds
from .essays import points_of
from .qti_gaps import ask_gaps, declare_gaps, plain, process_gaps

STIMULUS = "assessmentStimulus"
ITEM_SPACE = "http://www.imsglobal.org/xsd/imsqti_v2p2"
LIST_SPACE = "http://www.imsglobal.org/xsd/imscp_v1p1"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
DATED = (2000, 1, 1, 0, 0, 0)  # the same questions are the same file


def qti_package(questions) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        names, texts = [], {}
        for number, question in enumerate(questions, start=1):
            names.append(f"items/{number:03}.xml")
            if question.scenario_id and question.scenario_id not in texts:
                texts[question.scenario_id] = f"stimuli/{len(texts) + 1:03}.xml"
                _add(archive, texts[question.scenario_id], _stimulus(question.scenario))
            _add(archive, names[-1], _item(question, texts.get(question.scenario_id)))
        _add(archive, "imsmanifest.xml", _manifest(names, texts.values()))
    return out.getvalue()


def _add(archive, name, root):
    member = zipfile.ZipInfo(name, DATED)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, HEAD + tostring(root, encoding="unicode"))


def _manifest(names, texts):
    root = Element("manifest", {"xmlns": LIST_SPACE, "identifier": "QUESTIONS"})
    about = SubElement(root, "metadata")
    SubElement(about, "schema").text = "QTIv2.2 Package"
    SubElement(about, "schemaversion").text = "1.0.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for number, name in enumerate(names, start=1):
        one = {"identifier": f"ITEM-{number}", "type": "imsqti_item_xmlv2p2", "href": name}
        SubElement(SubElement(resources, "resource", one), "file", {"href": name})
    for number, name in enumerate(texts, start=1):
        one = {"identifier": f"TEXT-{number}", "type": "imsqti_stimulus_xmlv2p2", "href": name}
        SubElement(SubElement(resources, "resource", one), "file", {"href": name})
    return root


def _stimulus(scenario):
    """A text that several items are about."""
    about = {"identifier": _identifier(scenario.key), "title": plain(scenario.key)}
    root = Element(STIMULUS, {"xmlns": ITEM_SPACE, **about})
    body = SubElement(root, "stimulusBody")
    for line in scenario.text.splitlines():
        SubElement(body, "p").text = plain(line)
    return root


def _identifier(key):
    return "Q-" + re.sub(r"[^A-Za-z0-9._-]", "_", key)


def _item(question, stimulus):
    root = Element(
        "assessmentItem",
        {
            "xmlns": ITEM_SPACE,
            "identifier": _identifier(question.key),
            "title": plain(question.key),
            "adaptive": "false",
            "timeDependent": "false",
        },
    )
    choices = list(question.choices.all())
    gaps = kinds.gaps_of(question.solution)
    if question.kind == kinds.CLOZE:
        declare_gaps(root, gaps)
    else:
        _declare(root, question, choices)
    _outcome(root, "SCORE", "float", "0")
    if question.kind == kinds.ESSAY:
        _outcome(root, "MAXSCORE", "float", str(points_of(question)))
    if question.why:
        _outcome(root, "FEEDBACK", "identifier")
    if stimulus:
        about = {"identifier": _identifier(question.scenario.key), "href": f"../{stimulus}"}
        SubElement(root, "assessmentStimulusRef", about)
    body = SubElement(root, "itemBody")
    if question.kind == kinds.CLOZE:
        ask_gaps(body, question.text, gaps)
    else:
        for line in question.text.splitlines():
            SubElement(body, "p").text = plain(line)
        _ask(body, question, choices)
    if question.kind != kinds.ESSAY:  # its score comes from outside
        _process(root, question, gaps)
    elif question.why:
        _tell_why(SubElement(root, "responseProcessing"))
    if question.why:
        about = {"outcomeIdentifier": "FEEDBACK", "identifier": "WHY", "showHide": "show"}
        feedback = SubElement(root, "modalFeedback", about)
        for line in question.why.splitlines():
            SubElement(feedback, "p").text = plain(line)
    return root


def _outcome(root, identifier, base, value=""):
    about = {"identifier": identifier, "cardinality": "single", "baseType": base}
    made = SubElement(root, "outcomeDeclaration", about)
    if value:
        SubElement(SubElement(made, "defaultValue"), "value").text = value


def _declare(root, question, choices):
    """What is right, and where an answer can be right in part what each part earns; of an essay its model answer."""
    if question.kind == kinds.ESSAY:
        about = {"identifier": "RESPONSE", "cardinality": "single", "baseType": "string"}
        made = SubElement(root, "responseDeclaration", about)
        if model := question.solution.get("model"):
            correct = SubElement(made, "correctResponse")
            SubElement(correct, "value").text = plain(model)
        return
    base, many, right, worth = _solution(question, choices)
    cardinality = "ordered" if question.kind == kinds.ORDER else "multiple" if many else "single"
    about = {"identifier": "RESPONSE", "cardinality": cardinality}
    made = SubElement(root, "responseDeclaration", {**about, "baseType": base})
    correct = SubElement(made, "correctResponse")
    for value in right:
        SubElement(correct, "value").text = plain(value)
    if worth:
        bounds = {"defaultValue": "0", "lowerBound": "0", "upperBound": "1"}
        mapping = SubElement(made, "mapping", bounds)
        for key, value in worth.items():
            entry = {"mapKey": plain(key), "mappedValue": f"{value:.6g}"}
            if question.kind == kinds.SHORT:
                entry["caseSensitive"] = "false"
            SubElement(mapping, "mapEntry", entry)


def _solution(question, choices):
    """The type of an answer, may there be several, the right ones, and what each is worth."""
    numbers = range(1, len(choices) + 1)
    right = [f"C{n}" for n, choice in zip(numbers, choices, strict=True) if choice.is_right]
    if question.kind == kinds.NUMBER:
        return "float", False, [question.solution["value"]], {}
    if question.kind == kinds.SHORT:
        accept = question.solution["accept"]
        return "string", False, accept[:1], dict.fromkeys(accept, 1.0)
    if question.kind == kinds.MATCH:
        sides = _sides(choices)
        pairs = [f"L{n} {sides[c.pair]}" for n, c in zip(numbers, choices, strict=True)]
        return "directedPair", True, pairs, dict.fromkeys(pairs, 1 / len(pairs))
    if question.kind == kinds.SEVERAL:
        share = 1 / len(right)
        worth = {f"C{n}": share if f"C{n}" in right else -share for n in numbers}
        return "identifier", True, right, worth
    if question.kind == kinds.ORDER:
        return "identifier", True, [f"C{n}" for n in numbers], {}
    return "identifier", False, right, {}


def _sides(choices) -> dict[str, str]:
    """The right-hand sides of pairs, each once, with a key."""
    return {pair: f"R{n}" for n, pair in enumerate(dict.fromkeys(c.pair for c in choices), start=1)}


def _ask(body, question, choices):
    about = {"responseIdentifier": "RESPONSE"}
    if question.kind == kinds.ESSAY:
        SubElement(body, "extendedTextInteraction", about)
        if guidance := question.solution.get("guidance"):
            block = SubElement(body, "rubricBlock", {"view": "scorer"})
            for line in guidance.splitlines():
                SubElement(block, "p").text = plain(line)
    elif question.kind in kinds.TYPED:
        line = SubElement(body, "p")
        entry = SubElement(line, "textEntryInteraction", about)
        entry.tail = f" {plain(question.solution.get('unit', ''))}".rstrip() or None
    elif question.kind == kinds.MATCH:
        made = SubElement(
            body, "matchInteraction", {**about, "shuffle": "true", "maxAssociations": "0"}
        )
        lefts, rights = SubElement(made, "simpleMatchSet"), SubElement(made, "simpleMatchSet")
        for n, choice in enumerate(choices, start=1):
            one = {"identifier": f"L{n}", "matchMax": "1"}
            SubElement(lefts, "simpleAssociableChoice", one).text = plain(choice.text)
        for pair, key in _sides(choices).items():
            one = {"identifier": key, "matchMax": "0"}
            SubElement(rights, "simpleAssociableChoice", one).text = plain(pair)
    elif question.kind == kinds.ORDER:
        made = SubElement(body, "orderInteraction", {**about, "shuffle": "true"})
        for n, choice in enumerate(choices, start=1):
            SubElement(made, "simpleChoice", {"identifier": f"C{n}"}).text = plain(choice.text)
    else:
        most = "0" if question.kind == kinds.SEVERAL else "1"
        shuffle = "false" if question.kind == kinds.TRUTH else "true"
        made = SubElement(
            body, "choiceInteraction", {**about, "shuffle": shuffle, "maxChoices": most}
        )
        for n, choice in enumerate(choices, start=1):
            SubElement(made, "simpleChoice", {"identifier": f"C{n}"}).text = plain(choice.text)


def _process(root, question, gaps):
    made = SubElement(root, "responseProcessing")
    if question.kind == kinds.CLOZE:
        process_gaps(made, gaps)
    elif question.kind in (kinds.SEVERAL, kinds.SHORT, kinds.MATCH):
        score = SubElement(made, "setOutcomeValue", {"identifier": "SCORE"})
        SubElement(score, "mapResponse", {"identifier": "RESPONSE"})
    else:
        condition = SubElement(SubElement(made, "responseCondition"), "responseIf")
        if question.kind == kinds.NUMBER:
            off = question.solution["tolerance"]
            about = {"toleranceMode": "absolute", "tolerance": f"{off} {off}"}
            test = SubElement(condition, "equal", about)
        else:
            test = SubElement(condition, "match")
        SubElement(test, "variable", {"identifier": "RESPONSE"})
        SubElement(test, "correct", {"identifier": "RESPONSE"})
        score = SubElement(condition, "setOutcomeValue", {"identifier": "SCORE"})
        SubElement(score, "baseValue", {"baseType": "float"}).text = "1"
    if question.why:
        _tell_why(made)


def _tell_why(processing):
    told = SubElement(processing, "setOutcomeValue", {"identifier": "FEEDBACK"})
    SubElement(told, "baseValue", {"baseType": "identifier"}).text = "WHY"
