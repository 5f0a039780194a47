"""Where an author's own names still stand in what their markers will read: advice before it is handed in, never a refusal."""

from lms.kit import files

from ...taking.essay_files import word_file
from ...taking.queries import own_names

MOST_PLACES = 8


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
