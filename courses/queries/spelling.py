"""Which words a reader may have meant, of those that stand in what they may read.

On PostgreSQL the trigrams of pg_trgm find words that look alike; on SQLite, and where the server does not give that extension, words that begin or end
alike. From there on both count the letters to change.
"""

from django.contrib.postgres.lookups import TrigramSimilar
from django.db import connection
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Length

from ..models import SearchWord

SHORTEST, MOST_ROWS = 4, 2000


def spellings(words, versions, more) -> dict[str, str]:
    """The likeliest word for each that nobody wrote; a word that stands there, or begins one that does, is left out. Two statements on PostgreSQL, one on SQLite.

    `versions`: keys of the UnitVersions whose words count; `more`: other words the reader may see.
    """
    rows = dict(more)
    for word, often in _rows(words, versions):
        rows[word] = rows.get(word, 0) + often
    found = {}
    for word in words:
        if len(word) < SHORTEST or any(one.startswith(word) for one in rows):
            continue
        if best := _nearest(word, rows):
            found[word] = best
    return found


def has_trigrams() -> bool:
    """Whether the database compares words by their trigrams."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None


def _rows(words, versions):
    """(word, in how many versions) of what might be meant."""
    by_trigrams, wanted = has_trigrams(), Q()
    rows = SearchWord.objects.filter(version_id__in=versions)
    for word in words:
        if len(word) < SHORTEST:
            continue
        alike = Q(word__startswith=word) | Q(word__in=_swaps(word))
        if by_trigrams:
            alike |= Q(TrigramSimilar(F("word"), Value(word)))
        else:
            near = Q(letters__gte=len(word) - 2, letters__lte=len(word) + 2)
            alike |= near & (Q(word__startswith=word[:1]) | Q(word__endswith=word[-3:]))
        wanted |= alike
    if not wanted:
        return []
    if not by_trigrams:
        rows = rows.annotate(letters=Length("word"))
    return (
        rows.filter(wanted)
        .values_list("word")
        .annotate(often=Count("pk"))
        .order_by("-often", "word")[:MOST_ROWS]
    )


def _swaps(word):
    """With two neighbours changed: in short words few trigrams are left of the right one then."""
    return [f"{word[:n]}{word[n + 1]}{word[n]}{word[n + 2 :]}" for n in range(len(word) - 1)]


def _nearest(word, rows):
    """The word with the fewest letters to change, one in a short word and two in a long one; of several the one that stands most often."""
    most = 1 if len(word) < 6 else 2
    near = [
        (distance(word, one, most), -often, one)
        for one, often in rows.items()
        if abs(len(one) - len(word)) <= most
    ]
    near = [one for one in near if one[0] <= most]
    return min(near)[2] if near else ""


def distance(one: str, other: str, most: int) -> int:
    """Letters to add, leave out, change, or swap with their neighbour; more than `most` is `most + 1`. (Optimal string alignment.)"""
    before, line = [], list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        above, line, earlier = line, [row], before
        before = above
        for column, wanted in enumerate(other, 1):
            cost = min(
                above[column] + 1, line[column - 1] + 1, above[column - 1] + (letter != wanted)
            )
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, earlier[column - 2] + 1)
            line.append(cost)
        if min(line) > most and (row == 1 or min(above) > most):
            return most + 1
    return min(line[-1], most + 1)
