"""Where an author's own names, or what may tell who somebody else is, still stand in what markers will read: advice before it is handed in, never a refusal."""

from functools import partial

from courses.privacy_guard.guard import capitalised, look
from lms.kit import files

from ...taking.essay_files import word_file
from ...taking.queries import own_names

MOST_PLACES, MOST_FINDINGS = 8, 25


def names_in_file(upload, kind, enrolment) -> dict:
    """`mentions`: rows of words, label, places and how many more; `is_unread` where its text could not be read."""
    try:
        content = files.read(upload.copy or upload.original)
    except FileNotFoundError:
        return {"mentions": [], "is_unread": True}
    names = own_names(enrolment)
    found = files.mentions_of(kind, content, names.whole, names.alone)
    return {"mentions": _rows(found or (), names), "is_unread": found is None}


def names_in_essays(essays, enrolment) -> list[dict]:
    """The same of essays in a quiz: the `essay` with its `mentions`, of those that have any."""
    names, found = own_names(enrolment), []
    for one in essays:
        there = files.mentions_of(
            "docx", word_file([one], has_heads=False), names.whole, names.alone
        )
        if there:
            found.append({"essay": one, "mentions": _rows(there, names)})
    return found


def people_in_file(upload, kind, enrolment, public: str) -> dict:
    """`people`: rows of a finding of the privacy guard and its places; `more_people`: how many more there are; `is_unread` where its text could not be read. The author's own
    names are told apart, and what stands in `public`, the text of what was asked, is no finding. Nothing of it is kept."""
    try:
        content = files.read(upload.copy or upload.original)
    except FileNotFoundError:
        return {"people": [], "more_people": 0}
    found = files.look_through(kind, content, partial(look, names=capitalised(public)))
    names = own_names(enrolment)
    own = {words.casefold() for words in (*names.whole, *names.alone)}
    rows = [
        {"finding": one, "places": places[:MOST_PLACES], "more": len(places[MOST_PLACES:])}
        for one, places in found or ()
        if one.text.casefold() not in own
    ]
    return {
        "people": rows[:MOST_FINDINGS],
        "more_people": len(rows[MOST_FINDINGS:]),
        "is_people_unread": found is None,
    }


def _rows(mentions, names):
    rows, seen = [], set()
    for one in mentions:
        label = names.label(one.words)
        # A whole name is not said again by its parts.
        places = [place for place in one.places if (label, place) not in seen]
        seen |= {(label, place) for place in places}
        if places:
            rows.append(
                {
                    "words": one.words,
                    "label": label,
                    "places": places[:MOST_PLACES],
                    "more": len(places[MOST_PLACES:]),
                }
            )
    return rows
