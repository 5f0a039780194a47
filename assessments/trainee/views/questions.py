"""A question of a quiz as the pages of its trainee show it, with what they answered. It carries no right answer before they may see it."""

from datetime import datetime
from fractions import Fraction

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...setting import essays, kinds
from ...setting.scale import in_figures
from ...taking.essay_answers import is_for_markers

LAYOUTS = {
    kinds.SEVERAL: "many",
    kinds.NUMBER: "line",
    kinds.SHORT: "line",
    kinds.MATCH: "rows",
    kinds.ORDER: "places",
    kinds.CLOZE: "gaps",
    kinds.ESSAY: "words",
}


def as_shown(
    questions, answers, shows_answers=False, faults=None, typed=None, earned=None
) -> list[dict]:
    """Each as components/question.html and answered.html take it. `faults`: a sentence for each that has to be put right, by key; `typed`: what stands in the
    form instead of what was saved, by key, as the form sent it; `earned`: by key, what essays earned of a hundred, once their trainee may read it."""
    found = []
    for number, question in enumerate(questions, start=1):
        shown = _question(question, answers.get(question.key), shows_answers, earned or {})
        values = (typed or {}).get(question.key)
        if values and question.kind == kinds.ORDER:
            shown["rows"] = _places(question, values)
        elif values and question.kind == kinds.CLOZE:
            shown["gaps"] = _gaps(question, values)
        shown |= {
            "number": number,
            "total": len(questions),
            "fault": (faults or {}).get(question.key, ""),
            **_section(question),
            "scenario_id": question.scenario_id,
            "scenario": question.scenario.text if question.scenario_id else "",
            "value": values[0] if values else shown["value"],
        }
        found.append(shown)
    return found


def _section(question):
    section = getattr(question, "section", None)
    words = {"section_title": section.title, "section_text": section.text} if section else {}
    return {"section_id": section.pk if section else None, **words}


def _question(question, answer, shows_answers, earned):
    choices = list(question.choices.all())
    is_marked = not is_for_markers(question, {question.key: answer}) or question.key in earned
    shows_answers = bool(shows_answers and is_marked)
    credit = Fraction(0)
    if question.key in earned:
        credit = earned[question.key] / 100
    elif shows_answers:
        credit = kinds.credit(question, choices, answer)
    return _of_essay(question, answer, shows_answers, credit) | {
        "is_marked": is_marked,
        "text": text_of(question),
        "kind": LAYOUTS.get(question.kind, "one"),
        "hint": _hint(question),
        "unit": question.solution.get("unit", ""),
        "name": f"answer-{question.key}",
        "key": question.key,
        "item": getattr(question, "item", ""),
        "is_right": credit == 1,
        "is_partly_right": 0 < credit < 1,
        "percent": in_figures(float(100 * credit)),
        "is_answered": kinds.is_whole(answer),
        "values": kinds.values_of(answer),
        "value": answer if isinstance(answer, str) else "",
        "answers": in_words(question, choices, answer),
        "solution": _solution(question) if shows_answers else "",
        "options": _options(question, answer, shows_answers),
        "rows": _rows(question, choices, answer, shows_answers),
        "gaps": _gaps(question, answer),
        "order": _order(question, choices, answer, shows_answers),
        "feedback": question.why if shows_answers else "",
        "tone": "good" if credit == 1 else "info",
    }


def _of_essay(question, answer, shows_answers, credit) -> dict:
    """What an essay has besides: how long it is, what it counts and earned, and its model answer once its trainee may read what is right."""
    if question.kind != kinds.ESSAY:
        return {"is_essay": False}
    points, is_empty = essays.points_of(question), kinds.is_empty(answer)
    return {
        "is_essay": True,
        "is_empty": is_empty,
        "words": essays.word_count(answer),
        "length": "" if is_empty else essays.off_limits(question.solution, answer),
        "points": points,
        "earned": in_figures(float(credit * points)) if shows_answers else "",
        "model": question.solution.get("model", "") if shows_answers else "",
    }


def text_of(question) -> str:
    """As it reads where nothing can be filled in."""
    return kinds.with_lines(question.text) if question.kind == kinds.CLOZE else question.text


def _hint(question):
    """How it is answered, and how it is marked where an answer can be right in part."""
    if question.kind == kinds.SEVERAL:
        return _(
            "Choose every answer that is right. The right ones you choose count, less the wrong ones, and never below 0."
        )
    if question.kind == kinds.MATCH:
        return _("Choose what belongs to each line. Each line counts the same.")
    if question.kind == kinds.ORDER:
        return _(
            "Give each item its place: 1 comes first. Each item that is followed by the right one counts the same."
        )
    if question.kind == kinds.CLOZE:
        return _("Fill in every gap. Each gap counts the same.")
    if question.kind == kinds.NUMBER:
        unit = question.solution.get("unit", "")
        if unit:
            return _("Write a number in figures. Unit: %(unit)s.") % {"unit": unit}
        return _("Write a number in figures.")
    if question.kind == kinds.SHORT:
        return _("Write a few words. Capitals, spaces and accents do not matter.")
    if question.kind == kinds.ESSAY:
        points = essays.points_of(question)
        words = ngettext(
            "People mark this answer. It counts %(points)s point.",
            "People mark this answer. It counts %(points)s points.",
            points,
        ) % {"points": points}
        return f"{essays.limits_in_words(question.solution)} {words}".strip()
    return ""


def _label(question, text):
    """The words of true and false are ours, in the reader's language."""
    if question.kind != kinds.TRUTH:
        return text
    return _("True") if text == kinds.TRUE_FALSE[0] else _("False")


def _choices_in_order(question):
    """As they were drawn. Before that, items to put in order stand as for everyone, for the question's own order is the answer."""
    drawn = getattr(question, "options", None)
    if drawn or question.kind != kinds.ORDER:
        return drawn or list(question.choices.all())
    return kinds.order_for_everyone(question, list(question.choices.all()))


def _options(question, answer, shows_answers):
    if question.kind in (*kinds.WRITTEN, kinds.MATCH, kinds.ORDER, kinds.CLOZE):
        return []
    chosen = set(answer if isinstance(answer, list) else [answer])
    return [
        {
            "value": c.pk,
            "label": _label(question, c.text),
            "checked": c.pk in chosen,
            "right": shows_answers and c.is_right,
        }
        for c in _choices_in_order(question)
    ]


def _rows(question, choices, answer, shows_answers):
    """Each left-hand side of matching pairs with the right-hand sides to choose from, the same ones once. Where no order was drawn they stand by the alphabet.
    Each item to put in order with the places to choose from. Each gap with what stands in it."""
    if question.kind == kinds.CLOZE:
        return _gap_rows(question, answer, shows_answers)
    if question.kind == kinds.ORDER:
        return _places(question, kinds.values_of(answer))
    if question.kind != kinds.MATCH:
        return []
    shown, by_side = _choices_in_order(question), {}
    for choice in shown:
        by_side.setdefault(choice.pair, choice)
    sides = list(by_side.values())
    if shown == choices:
        sides.sort(key=lambda c: c.pair.casefold())
    pair_of = {c.pk: c.pair for c in choices}
    chosen = [pair_of.get(pk) for pk in answer or [None] * len(choices)]
    return [
        {
            "label": c.text,
            "options": [{"value": s.pk, "label": s.pair, "checked": s.pair == side} for s in sides],
            "answer": side or "",
            "is_right": shows_answers and side == c.pair,
            "solution": c.pair if shows_answers else "",
        }
        for c, side in zip(choices, chosen, strict=True)
    ]


def _places(question, values):
    """Each item with its places, of which those in `values` are chosen. A value names its item, whatever order they stand in."""
    items = _choices_in_order(question)
    return [
        {
            "label": c.text,
            "options": [
                {"value": f"{c.pk}:{n}", "label": n, "checked": f"{c.pk}:{n}" in values}
                for n in range(1, len(items) + 1)
            ],
        }
        for c in items
    ]


def _gaps(question, answer):
    """A text in pieces, each with the gap after it and what stands in that."""
    if question.kind != kinds.CLOZE:
        return []
    gaps = kinds.gaps_of(question.solution)
    words = answer if answer and len(answer) == len(gaps) else [""] * len(gaps)
    found = []
    for before, number in kinds.pieces_of(question.text):
        gap = gaps[number - 1] if number else None
        value = words[number - 1] if number else ""
        options = kinds.options_of(gap) if gap and gap.kind == kinds.SINGLE else []
        found.append({"before": before, "number": number, "value": value, "options": options})
    return found


def _gap_rows(question, answer, shows_answers):
    gaps = kinds.gaps_of(question.solution)
    words, hits = answer or [""] * len(gaps), kinds.hits_of(gaps, answer)
    return [
        {
            "label": _("Gap %(number)s") % {"number": number},
            "answer": words[number - 1],
            "is_right": shows_answers and hits[number - 1],
            "solution": _solution_of_gap(gap) if shows_answers else "",
        }
        for number, gap in enumerate(gaps, start=1)
    ]


def _solution_of_gap(gap):
    return gap.solution["right"] if gap.kind == kinds.SINGLE else _solution(gap)


def _order(question, choices, answer, shows_answers):
    """Of an order, the items as they were put, each with its place, then those without one; and, where they are shown, as is right."""
    if question.kind != kinds.ORDER:
        return {}
    return {
        "answer": in_words(question, choices, answer),
        "right": [c.text for c in choices] if shows_answers else [],
    }


def in_words(question, choices, answer) -> list[str]:
    """What was answered, a line for each choice, pair or text."""
    if kinds.is_empty(answer):
        return []
    if question.kind in kinds.WRITTEN:
        return [answer]
    if question.kind == kinds.CLOZE:
        return [
            f"{row['label']}: {row['answer'] or '–'}" for row in _gap_rows(question, answer, False)
        ]
    if question.kind == kinds.ORDER:
        places = [(answer.get(str(c.pk)), c.text) for c in _choices_in_order(question)]
        places.sort(key=lambda place: place[0] or len(places) + 1)
        return [f"{n}. {text}" if n else f"– {text}" for n, text in places]
    if question.kind == kinds.MATCH:
        pair_of = {c.pk: c.pair for c in choices}
        return [f"{c.text}: {pair_of.get(pk, '–')}" for c, pk in zip(choices, answer, strict=True)]
    chosen = set(answer if isinstance(answer, list) else [answer])
    return [_label(question, c.text) for c in _choices_in_order(question) if c.pk in chosen]


def values_in_words(question, choices, values) -> list[str]:
    """What a device sent as an answer, in words; a text with gaps as it was typed where some of it cannot be read."""
    try:
        return in_words(question, choices, kinds.read_answer(question, choices, values))
    except kinds.Misread:
        is_cloze = question.kind == kinds.CLOZE
        return in_words(question, choices, list(values)) if is_cloze else []


def _solution(question) -> str:
    """What was right where nothing is chosen."""
    solution = question.solution
    if question.kind == kinds.SHORT:
        return "; ".join(solution["accept"])
    if question.kind != kinds.NUMBER:
        return ""
    unit = solution.get("unit", "")
    value, off = (_with_unit(solution[name], unit) for name in ("value", "tolerance"))
    if solution["tolerance"] in ("", "0"):
        return value
    return _("%(value)s, or up to %(tolerance)s more or less") % {"value": value, "tolerance": off}


def _with_unit(figure, unit) -> str:
    """£1530, 12 days, 70."""
    return f"{unit}{figure}" if unit in ("£", "€", "$") else f"{figure} {unit}".strip()


def moment_in(typed: str) -> datetime | None:
    """When a device says that something was answered, by our clock; None where it says no moment, or one that our calendar does not reach."""
    try:
        found = parse_datetime(typed)
        return localtime(found) if found and is_aware(found) else None
    except (ValueError, OverflowError):
        return None
