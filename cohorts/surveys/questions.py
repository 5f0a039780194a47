"""What a survey asks, and how answers become counts. Nothing here knows a person or the database.

A question: {"key", "kind" (one of KINDS), "text", "is_required", "options" (words; five of a scale; none of a text)}. An answer is by
key: the place of the option ("0"…), a list of places for several, or words. What is stored of all answers is one tally:
{key: {"people": how many answered, "options": {place: count}}}, and one bag of texts.
"""

from random import SystemRandom

SCALE, CHOICE, SEVERAL, TEXT = KINDS = ("scale", "choice", "several", "text")
MOST_QUESTIONS, MOST_OPTIONS, LONGEST_TEXT = 20, 10, 1000


def places_of(question) -> list[str]:
    return [str(place) for place in range(len(question["options"]))]


def add_answers(questions, counts: dict, texts: dict, answers: dict) -> tuple[dict, dict]:
    """The tally and the texts with one more person's answers in them: new dicts.

    Texts are shuffled each time, and keys stand in the order of the questions and their options: SQLite keeps the order of keys, and the first of each
    question would be what the first person answered. A value that the question does not offer raises ValueError.
    """
    counts = {
        q["key"]: {
            "people": counts[q["key"]]["people"],
            "options": {p: counts[q["key"]]["options"].get(p, 0) for p in places_of(q)},
        }
        for q in questions
        if q["key"] in counts
    }
    texts = {key: [*words] for key, words in texts.items()}
    for question in questions:
        answer = answers.get(question["key"])
        if not answer:
            continue
        if question["kind"] == TEXT:
            words = texts.setdefault(question["key"], [])
            words.append(answer)
            SystemRandom().shuffle(words)
            continue
        chosen = set(answer) if question["kind"] == SEVERAL else {answer}
        if chosen - set(places_of(question)):
            raise ValueError(question["key"])
        empty = {"people": 0, "options": dict.fromkeys(places_of(question), 0)}
        tally = counts.setdefault(question["key"], empty)
        tally["people"] += 1
        for place in chosen:
            tally["options"][place] += 1
    keys = [question["key"] for question in questions]
    return (
        {key: counts[key] for key in keys if key in counts},
        {key: texts[key] for key in keys if key in texts},
    )


def unanswered(questions, answers) -> list[str]:
    """The keys of the questions that need an answer and have none."""
    return [q["key"] for q in questions if q["is_required"] and not answers.get(q["key"])]


def average_of(tally) -> float | None:
    """The mean of a scale, from 1 to 5."""
    total = sum(tally["options"].values())
    points = sum((int(place) + 1) * count for place, count in tally["options"].items())
    return points / total if total else None


def is_same_question(one, other) -> bool:
    """Can the answers to both be put beside each other?"""
    return all(one[name] == other[name] for name in ("key", "kind", "options"))
