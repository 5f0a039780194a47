"""One unit as one reader sees it: its parts, with what they answered, chose and wrote."""

from dataclasses import dataclass, field, replace

from django.conf import settings
from django.db.models import Count

from lms.kit.clean import plain

from ..knowledge_checks import feedback
from ..knowledge_checks.completion import is_passed, question_hash
from ..knowledge_checks.wording import answer_form
from ..models import Progress, ReaderNote
from ..states import Mark, NoteKind

FEWEST_VOTES = 5  # below this a poll could tell who answered what


@dataclass
class PartForPage:
    """A part of a unit, ready for its template."""

    part: dict
    mark: object = None
    rows: list = field(default_factory=list)
    answer: object = None
    verdict: object = None
    passed: bool = False
    may_challenge: bool = False  # a short answer that was not accepted
    is_challenged: bool = False  # the authors know of it
    solution: object = None  # the right answer and why, after enough wrong tries
    story: list = field(
        default_factory=list
    )  # the choices of a scenario so far: (name, value, line)
    fault: str = ""
    reflection: ReaderNote | None = None
    votes: list = field(default_factory=list)  # (words, count, of all)
    notes: list = field(default_factory=list)
    number: int = 0  # its place in the unit, said to those who cannot see where they are
    piece: int = 0  # which piece of a long text

    @property
    def anchor(self):
        return f"{self.part['id']}-{self.piece}" if self.piece else self.part["id"]

    @property
    def kind(self):
        return self.part["kind"]

    @property
    def template(self):
        return f"courses/parts/{self.kind}.html"


def parts_for(
    person, version, marks, *, story=None, faults=None, again=None, form_data=None
) -> list[PartForPage]:
    """The parts of a version with what the person left in them: two questions, and one more where they voted.

    `story`: part's id to the choices of a scenario made so far; `faults`: part's id to what was wrong
    with what was sent; `again`: the id of a check that is tried once more; `form_data`: part's id to what its form sent.
    """
    segments = version.segments
    own_notes = (
        list(ReaderNote.objects.filter(person_id=person.pk, variant_id=version.variant_id))
        if person
        else []
    )
    reflections = {w.key: w for w in own_notes if w.kind == NoteKind.REFLECTION}
    notes = {}
    for note in (w for w in own_notes if w.kind == NoteKind.NOTE):
        notes.setdefault(note.key, []).append(note)
    voted = {
        s["id"]: question_hash(s)
        for s in segments
        if s["kind"] == "poll" and (Mark.POLL, s["id"]) in marks
    }
    vote_counts = vote_counts_of(version.variant_id, voted)
    found = []
    for number, part in enumerate(segments, 1):
        key = part["id"]
        shown = PartForPage(
            part, number=number, fault=(faults or {}).get(key, ""), notes=notes.pop(key, [])
        )
        if part["kind"] == "check":
            show_check(
                shown,
                marks.get((Mark.CHECK, key)),
                (story or {}).get(key),
                again == key,
                (form_data or {}).get(key),
            )
        elif part["kind"] == "activity":
            shown.mark = marks.get((Mark.ACTIVITY, key))
        elif part["kind"] == "reflection":
            shown.reflection = reflections.get(key)
        elif part["kind"] == "poll":
            mark = marks.get((Mark.POLL, key))  # an answer to other words is not an answer to these
            shown.mark = mark if mark and mark.data.get("asked") == question_hash(part) else None
            shown.votes = votes_of(part, vote_counts.get(key, {})) if shown.mark else []
        found.append(shown)
    if found and notes:  # the text they stood at is gone; the notes are not
        found[-1].notes += [note for left in notes.values() for note in left]
    return found


def in_steps(parts, steps) -> list[list[PartForPage]]:
    """The parts of each step, a long text in its pieces. A note stands at the piece that holds the words it quotes, or at the last."""
    pieces: dict[int, list[PartForPage]] = {}
    found = []
    for step in steps:
        shown = []
        for piece in step.pieces:
            item = parts[piece.index]
            if piece.html is not None:
                item = replace(
                    item, part={**item.part, "html": piece.html}, piece=piece.number, notes=[]
                )
                pieces.setdefault(piece.index, []).append(item)
            shown.append(item)
        found.append(shown)
    for index, items in pieces.items():
        words = [one_line(plain(item.part["html"])) for item in items]
        for note in parts[index].notes:
            quote = one_line(note.quote)
            at = next((n for n, said in enumerate(words) if quote and quote in said), -1)
            items[at].notes.append(note)
    on_page = {piece.index for step in steps for piece in step.pieces}
    for index, item in enumerate(parts):  # notes whose text is gone stand at the last part
        if index not in on_page and item.notes:
            found[-1][-1] = replace(found[-1][-1], notes=[*found[-1][-1].notes, *item.notes])
    return found


def one_line(words) -> str:
    return "".join(words.split())


def show_check(item, mark, story, again, form_data=None):
    """`form_data`: name to values of a form that could not be judged; what was chosen in it stays chosen."""
    question = item.part
    item.mark = mark
    item.passed = is_passed(question, mark)
    values = form_data
    if mark and mark.data.get("asked") == question_hash(question):
        if not again:
            item.answer = mark.data["given"]
            item.verdict = feedback.judge(question, item.answer)
            values = values or feedback.form_values(question, item.answer)
            show_challenge(item)
        if not item.passed and mark.data.get("tries", 0) >= settings.IMSA_TRIES_BEFORE_ANSWER:
            item.solution = feedback.right_answer(question)
    walked = story or []
    item.story = [
        (f"given-{n}", value, line)
        for n, (value, line) in enumerate(zip(walked, story_lines(question, walked), strict=True))
    ]
    item.rows = (
        [] if item.verdict and item.verdict.right else feedback.rows(question, walked, values)
    )


def show_challenge(item):
    if item.part.get("style") == "short" and not item.passed and not item.verdict.right:
        sent = item.mark.data.get("challenged", [])
        item.is_challenged = answer_form(item.part, item.answer) in sent
        item.may_challenge = not item.is_challenged


def story_lines(question, walked) -> list:
    """What to say about each choice of a story that has not ended."""
    steps = {step["key"]: step for step in reversed(question.get("steps", []))}
    step, lines = (question.get("steps") or [None])[0], []
    for index in walked:
        choice = step["choices"][index]
        lines.append(
            {
                "asked": step["text"],
                "chose": choice["text"],
                "why": choice["why"],
                "right": choice.get("right"),
            }
        )
        step = steps.get(choice.get("goes", ""))
    return lines


def vote_counts_of(variant_id, keys) -> dict:
    if not keys:
        return {}
    lines = Progress.objects.filter(
        variant_id=variant_id,
        kind=Mark.POLL,
        key__in=list(keys),
        data__asked__in=list(keys.values()),
    )
    found = {}
    for key, choice, count in lines.values_list("key", "data__choice").annotate(count=Count("pk")):
        found.setdefault(key, {})[int(choice)] = count
    return found


def votes_of(poll, counts) -> list:
    total = sum(counts.values())
    if total < FEWEST_VOTES:
        return []
    return [(words, counts.get(n, 0), total) for n, words in enumerate(poll["options"])]
