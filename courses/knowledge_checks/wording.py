"""The usual forms of an answer: which wordings of a short answer say the same. Pure: knows neither Django nor the database.

`usual_form` makes two wordings alike that differ in case, punctuation, articles, hyphens, “&”, numbers in words or digits,
usual abbreviations, or in a term and another form of it (`forms`: form to term, from the glossary). Nothing else: an
answer that leaves a word out is another answer. Its cases are `tests/cases/short_answers.json`.
"""

import re

from .questions import bare

ARTICLES = frozenset(("the", "a", "an"))
ABBREVIATIONS = {
    "govt": "government",
    "dept": "department",
    "hrs": "hours",
    "yrs": "years",
    "uk": "united kingdom",
    "ni": "northern ireland",
}
# Before a number alone: an “s” or an “art” may be anything elsewhere.
BEFORE_NUMBERS = {
    "s": "section",
    "ss": "section",
    "sec": "section",
    "sect": "section",
    "sections": "section",
    "art": "article",
    "arts": "article",
    "articles": "article",
    "sch": "schedule",
    "sched": "schedule",
    "para": "paragraph",
    "paras": "paragraph",
    "reg": "regulation",
    "regs": "regulation",
    "pt": "part",
    "ch": "chapter",
    "cl": "clause",
}
ONES = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * n
    for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
HYPHENS = re.compile("[-‐‑‒–—/]")
LETTER_THEN_NUMBER = re.compile(r"(?<=[^\W\d_])\.?(?=\d)")


def usual_form(words: str, forms=None) -> str:
    """The words in the form in which their usual spellings are alike; "" where nothing is left of them."""
    tokens = _without_articles(_tokens(words))
    tokens = _in_digits(_spelt_out(tokens))
    terms = {
        tuple(_tokens(form)): tuple(_tokens(term))
        for form, term in (forms or {}).items()
        if form and term
    }
    if terms:
        tokens = _in_digits(_spelt_out(_with_terms(tokens, terms)))
    return _joined(tokens)


def says_the_same(answer: str, wordings, forms=None) -> bool:
    """Is the answer one of these wordings, in a usual form of it?"""
    own = usual_form(answer, forms)
    return bool(own) and any(own == usual_form(words, forms) for words in wordings)


def answer_form(question, answer) -> str:
    """An answer to a short question as it is kept and compared with others; never empty for one that can be judged. A point stands
    for the sign of one in a number (`bare`), which PostgreSQL keeps neither in a text nor in JSON."""
    return (usual_form(answer, question.get("forms")) or bare(answer)).replace("\0", ".")


def _tokens(words) -> list[str]:
    apart = HYPHENS.sub(" ", _outside_numbers(str(words)))
    apart = LETTER_THEN_NUMBER.sub(" ", apart.replace("&", " and "))
    found = []
    for word in apart.split():
        # A capital A that does not begin the answer is a label: “Schedule A”.
        plain = "A\0" if word == "A" and found else bare(word)
        if plain:
            found.append(plain)
    return found


def _outside_numbers(words) -> str:
    """A hyphen or a stroke between digits belongs to the number (2021/22): it is kept as a point."""
    return re.sub(r"(?<=\d)[-‐‑‒–—/](?=\d)", ".", words)


def _without_articles(tokens) -> list[str]:
    last = len(tokens) - 1
    return [
        token
        for n, token in enumerate(tokens)
        if token not in ARTICLES or n == last or token == "a" and not tokens[n + 1].isalpha()
    ]


def _spelt_out(tokens) -> list[str]:
    found = []
    for n, token in enumerate(tokens):
        following = tokens[n + 1] if n + 1 < len(tokens) else ""
        if token in BEFORE_NUMBERS and _is_number(following):
            found.append(BEFORE_NUMBERS[token])
        else:
            found += ABBREVIATIONS.get(token, token).split()
    return found


def _is_number(token) -> bool:
    return token[:1].isdigit() or token in ONES or token in TENS


def _in_digits(tokens) -> list[str]:
    """Whole numbers in words as digits, up to 999."""
    found, n = [], 0
    while n < len(tokens):
        number, after = _below_hundred(tokens, n)
        if number is not None and 0 < number < 10 and tokens[after : after + 1] == ["hundred"]:
            number, after = _and_rest(100 * number, tokens, after + 1)
        elif tokens[n] == "hundred":
            number, after = _and_rest(100, tokens, n + 1)
        found.append(tokens[n] if number is None else str(number))
        n = n + 1 if number is None else after
    return found


def _and_rest(hundreds, tokens, n):
    start = n + 1 if tokens[n : n + 1] == ["and"] else n
    rest, after = _below_hundred(tokens, start)
    return (hundreds, n) if rest is None else (hundreds + rest, after)


def _below_hundred(tokens, n):
    token = tokens[n] if n < len(tokens) else ""
    if token in TENS:
        more = ONES.get(tokens[n + 1], 0) if n + 1 < len(tokens) else 0
        return (TENS[token] + more, n + 2) if 0 < more < 10 else (TENS[token], n + 1)
    return (ONES[token], n + 1) if token in ONES else (None, n)


def _with_terms(tokens, terms) -> list[str]:
    longest, found, n = max(map(len, terms)), [], 0
    while n < len(tokens):
        for size in range(min(longest, len(tokens) - n), 0, -1):
            term = terms.get(tuple(tokens[n : n + size]))
            if term is not None:
                found += term
                n += size
                break
        else:
            found.append(tokens[n])
            n += 1
    return found


def _joined(tokens) -> str:
    """Gaps do not count (“co-operating”), but between two numbers one does."""
    said = ""
    for token in tokens:
        said += "\1" * (said[-1:].isdigit() and token[:1].isdigit()) + token
    return said
