"""Essay questions of a quiz: what stands in their `solution`, what they count, how long an answer is. It knows no database, and no mark: people give that.

The `solution` of an essay has `marks` (the points that it counts in its quiz, where each other question counts one), `least` and `most` (words, or None where none is asked),
`guidance` for its markers, and a `model` answer, which its trainee reads with the feedback; both can be empty.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.kit.languages import in_english

KIND = "essay"
MODEL = in_english("Model answer:")  # in files that have one place for it and the guidance
LONGEST = 20_000  # characters of one answer
MOST_MARKS, MOST_WORDS, LONGEST_GUIDANCE = 100, 5000, 4000


def points_of(question) -> int:
    """What a question counts in its quiz: an essay its marks, every other one."""
    return int(question.solution.get("marks", 1)) if question.kind == KIND else 1


def word_count(text) -> int:
    """Words as people count them: what stands between spaces and has a letter or a figure in it."""
    return sum(any(c.isalnum() for c in word) for word in str(text or "").split())


def clean_essay(typed: str) -> str:
    """An answer as it is kept: its lines end in one way, so that a page and a file say the same."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip()


def too_long(text: str) -> str:
    """Why an answer cannot be kept; empty where it can."""
    if len(text) <= LONGEST:
        return ""
    return _(
        "This answer has %(count)s characters; there is room for %(longest)s. Your last saved answer is kept. Shorten this one."
    ) % {"count": len(text), "longest": LONGEST}


def limits_in_words(solution) -> str:
    """How long an answer is asked to be; empty where nothing is asked."""
    least, most = solution.get("least"), solution.get("most")
    about = {"least": least, "most": most}
    if least and most:
        return _("Write from %(least)s to %(most)s words.") % about
    if most:
        return (
            ngettext("Write at most %(most)s word.", "Write at most %(most)s words.", most) % about
        )
    if least:
        return (
            ngettext("Write at least %(least)s word.", "Write at least %(least)s words.", least)
            % about
        )
    return ""


def off_limits(solution, text) -> str:
    """What to say of an answer that is shorter or longer than was asked: it is told, and counts all the same."""
    words, least, most = word_count(text), solution.get("least"), solution.get("most")
    if most and words > most:
        return _("That is more than the %(most)s words that are asked for.") % {"most": most}
    if words and least and words < least:
        return _("That is fewer than the %(least)s words that are asked for.") % {"least": least}
    return ""


def sound_essay(solution) -> dict:
    """The solution of an essay as it is kept; what is no number stays, for `faults_of_essay` to say."""
    found = {name: _number(solution.get(name)) for name in ("marks", "least", "most")}
    if found["marks"] is None:
        found["marks"] = 1
    for name in ("guidance", "model"):
        found[name] = clean_essay(str(solution.get(name) or ""))
    return found


def _number(value):
    text = str(value).strip() if value is not None else ""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else text


def faults_of_essay(solution) -> list[str]:
    """What keeps an essay from being asked."""
    found = []
    marks, least, most = (solution.get(name) for name in ("marks", "least", "most"))
    if not isinstance(marks, int) or not 1 <= marks <= MOST_MARKS:
        found.append(
            _("The points of an essay are a whole number from 1 to %(most)s.")
            % {"most": MOST_MARKS}
        )
    for words in (least, most):
        if words is not None and (not isinstance(words, int) or not 1 <= words <= MOST_WORDS):
            found.append(
                _("A word limit is a whole number from 1 to %(most)s.") % {"most": MOST_WORDS}
            )
            return found
    if least and most and least > most:
        found.append(_("The fewest words are more than the most words."))
    if any(len(solution.get(name, "")) > LONGEST_GUIDANCE for name in ("guidance", "model")):
        found.append(
            _("Guidance and a model answer have %(most)s characters each at most.")
            % {"most": LONGEST_GUIDANCE}
        )
    return found
