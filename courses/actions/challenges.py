"""“I think mine is right”: an answer that was not accepted goes to the authors, who accept it or say why not."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from wagtail.models import Page

from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused, insist
from lms.kit.transitions import make_transition
from lms.people.actions import tell, tell_many
from lms.people.models import Role, User
from lms.people.roles import holders_of, is_operator
from lms.record.actions import write

from .. import rules
from ..authoring.reviewers import ANSWER_ACCEPTED
from ..knowledge_checks import feedback
from ..knowledge_checks.completion import question_hash
from ..knowledge_checks.questions import wordings_of
from ..knowledge_checks.wording import answer_form
from ..models import AnswerChallenge, Citation, CorePage, Progress, UnitPage
from ..privacy_guard.guard import capitalised, look
from ..queries.programme import programme_effect
from ..rendering.units import draw
from ..states import ChallengeState, Mark
from .notes import Guarded, names_in
from .publishing import publish_version
from .study import insist_open, leave, locked, part_of

BLOCK = "short_check"


@transaction.atomic
def challenge_answer(person, version, key, *, by, send_anyway=False) -> AnswerChallenge:
    """Send the authors the last answer to a check, which was not accepted.

    1. the challenge, without another word of the person's, 2. the record is written, 3. the authors are told of the first one
    about this answer. The same answer is sent once. Raises Guarded where the answer seems to tell who somebody is and the person has
    not said to send it all the same; Refused where no wrong answer to this question is kept.
    """
    insist(rules.may_record_study(by, person))
    insist(rules.may_study(person, version.variant))
    insist_open(person, version.variant)
    question = part_of(version, key, "check")
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    mark = locked(person, version.variant, Mark.CHECK, key)
    answer = wrong_answer(question, mark)
    if answer is None:
        raise Refused(
            _(
                "Answer this check first. If your answer is not accepted, you can send it to the author."
            )
        )
    allowed = names_in(version) | capitalised(". ".join(wordings_of(question)))
    if not send_anyway and (findings := look(answer, allowed)):
        raise Guarded(findings)
    challenge, is_new = AnswerChallenge.objects.get_or_create(
        person=person,
        variant=version.variant,
        key=key,
        asked=question_hash(question),
        form=answer_form(question, answer),
        defaults={"version": version, "answer": answer, "question": question["text"]},
    )
    if is_new:
        mark.data["challenged"] = [*mark.data.get("challenged", []), challenge.form]
        mark.save(update_fields=["data"])
        write("courses.challenge_answer", challenge, by=by)
        if not AnswerChallenge.objects.like(challenge).exclude(pk=challenge.pk).exists():
            tell_authors(challenge)
    return challenge


def wrong_answer(question, mark) -> str | None:
    """The last answer to a short question, where it was not accepted and none was before."""
    if question.get("style") != "short" or mark is None or mark.is_done:
        return None
    if mark.data.get("asked") != question_hash(question):
        return None
    return None if feedback.judge(question, mark.data["given"]).right else mark.data["given"]


def tell_authors(challenge):
    for person in holders_of(Role.AUTHOR) or holders_of(Role.TUTOR):
        if person.pk != challenge.person_id:
            tell(
                person,
                _("An answer to check in %(title)s") % {"title": challenge.version.title},
                _(
                    "A trainee thinks that an answer to a knowledge check in %(title)s should be accepted. "
                    "Accept it, or say why it is not right."
                )
                % {"title": challenge.version.title},
                f"/authoring/answers/{challenge.pk}/",
            )


@transaction.atomic
def accept_challenge(challenge, *, by) -> AnswerChallenge:
    """Accept an answer from now on.

    1. the wording is added to the question on its page, and the page is published, 2. the next version of each text that asks it,
    naming who accepted, 3. every check that was answered so counts as answered rightly, 4. the challenges about it move,
    5. record entries, 6. those who sent it are told. Twice is once. Refused while the page has a draft or is in review, where the
    question is another by now, or where law in the unit has changed since it was published.
    """
    insist(rules.may_publish(by))
    subject, open_ones = for_decision(challenge, by)
    if not any(one.variant_id == subject.variant_id for one in open_ones):
        return subject
    asked = accept_on_page(subject, by)
    for variant, question in asked:
        count_as_right(variant, subject, question)
    reached = {variant.pk for variant, _question in asked}
    open_ones = [one for one in open_ones if one.variant_id in reached]
    settle(open_ones, "accept_challenge", by, "")
    tell_many(
        [
            (
                one.person,
                _("Your answer is accepted"),
                _("Your answer “%(answer)s” in %(title)s now counts as right.")
                % {"answer": one.answer, "title": one.version.title},
                one.url,
            )
            for one in open_ones
        ]
    )
    challenge.refresh_from_db()
    return challenge


@transaction.atomic
def decline_challenge(challenge, *, by, reply) -> AnswerChallenge:
    """Say why an answer is not right: 1. the challenges about it move and keep the reply, 2. record entries, 3. those who
    sent it are told. Twice is once. Refused without a reply."""
    insist(rules.may_answer(by))
    words = reply.strip()
    if not words:
        raise Refused(_("Write why it is not right: the person who sent it will read this."))
    subject, open_ones = for_decision(challenge, by)
    open_ones = [one for one in open_ones if one.variant_id == subject.variant_id]
    settle(open_ones, "decline_challenge", by, words)
    tell_many(
        [
            (
                one.person,
                _("About your answer in %(title)s") % {"title": one.version.title},
                _("Your answer “%(answer)s” was not accepted. The author writes: %(reply)s")
                % {"answer": one.answer, "reply": words},
                one.url,
            )
            for one in open_ones
        ]
    )
    challenge.refresh_from_db()
    return challenge


def for_decision(challenge, by):
    """The challenge, and all open ones about the same answer in any text of the unit, locked. Raises NotAllowed for one of one's own."""
    if is_operator(by):
        raise NotAllowed(_("An answer needs a person to stand behind it."))
    alike = list(
        AnswerChallenge.objects.like_in_unit(challenge)
        .select_for_update(of=("self",), no_key=True)
        .select_related("person", "version", "variant__unit__module")
        .order_by("pk")
    )
    open_ones = [one for one in alike if one.state == ChallengeState.OPEN]
    if any(one.person_id == by.pk for one in open_ones):
        raise NotAllowed(_("You sent this answer, so someone else decides on it."))
    return next(one for one in alike if one.pk == challenge.pk), open_ones


def settle(open_ones, action, by, reply):
    for one in open_ones:
        make_transition(one, action, by=by, reply=reply, answered_by=by, answered_at=clock.now())


# ---- the page behind it ----


def accept_on_page(challenge, by) -> list[tuple]:
    """Adds the wording where the question is written; (variant, the question as it is asked now) of each new version."""
    page, core = pages_of(challenge)
    written_on = page if block_of(page, challenge) else core
    block = block_of(written_on, challenge)
    last = challenge.variant.versions.order_by("-number").first()
    now = next((s for s in last.segments if s["id"] == challenge.key), None)
    if block is None or now is None or question_hash(now) != challenge.asked:
        raise Refused(
            _("This question has changed since it was answered. Reply to the person instead.")
        )
    texts = texts_with(written_on, page, core)
    if last.core_revision != (core.live_revision_id if core else None):
        raise Refused(
            _(
                "The core of this unit has changed since this text was published. Look at the text beside the new core first, then accept the answer."
            )
        )
    insist_undisturbed(written_on, [text.variant for text in texts])
    block.value["also"].append(challenge.answer)
    revision = written_on.save_revision(user=by)
    if isinstance(written_on, UnitPage):
        publish_text(written_on, core, by, revision.pk, challenge)
    revision.publish(user=by, skip_permission_checks=True)
    if isinstance(written_on, CorePage):
        core = CorePage.objects.get(pk=written_on.pk)
        for text in texts:
            publish_text(text, core, by, text.live_revision_id, challenge)
    return [(text.variant, question_now(text.variant, challenge)) for text in texts]


def pages_of(challenge):
    """The text and its core. Read once they are locked: what was accepted a moment ago stands in them."""
    pages = UnitPage.objects.filter(variant=challenge.variant_id, live=True)
    cores = CorePage.objects.filter(unit=challenge.variant.unit_id, live=True)
    above = cores.first() or pages.first()
    Page.objects.select_for_update(no_key=True).filter(pk=above and above.pk).first()
    page, core = pages.first(), cores.first()
    if page is None:
        raise Refused(
            _(
                "This unit has been taken down, so no answer can be added. Reply to the person instead."
            )
        )
    return page, core


def block_of(page, challenge):
    if page is None:
        return None
    return next(
        (
            block
            for block in page.body
            if block.block_type == BLOCK
            and (block.id or "").startswith(challenge.key)
            and block.value["text"] == challenge.question
        ),
        None,
    )


def texts_with(written_on, page, core) -> list[UnitPage]:
    """The texts that ask the question: this one, or every one that is drawn with the core as it is now."""
    if isinstance(written_on, UnitPage):
        return [page]
    live = UnitPage.objects.filter(variant__unit=core.unit_id, live=True).select_related(
        "variant__unit", "live_revision"
    )
    return [
        text
        for text in live
        if text.variant.versions.order_by("-number").first().core_revision == core.live_revision_id
    ]


def insist_undisturbed(page, variants):
    """Publishing one wording more must publish nothing else. Raises Refused where it would."""
    if page.workflow_in_progress or page.has_unpublished_changes:
        raise Refused(
            _(
                "This page has a draft that is not published. Publish it first, or add the answer to the draft under “Also accepted” and reply to the person."
            )
        )
    for variant in variants:
        last = variant.versions.order_by("-number").first()
        old = Citation.objects.filter(version=last).exclude(reading=F("provision__reading"))
        if old.exists() or programme_effect(variant).binds:
            raise Refused(
                _(
                    "The law or the nations of this unit have changed since it was published. Publish the correction first, then accept the answer."
                )
            )


def publish_text(page, core, by, revision, challenge):
    line = {
        "task": ANSWER_ACCEPTED,
        "by": by.pk,
        "on": clock.now().isoformat(),
        "why": challenge.answer,
    }
    publish_version(page.variant, draw(page, core), by=by, revision=revision, reviews=[line])


def question_now(variant, challenge) -> dict:
    last = variant.versions.order_by("-number").first()
    return next(s for s in last.segments if s["id"] == challenge.key)


def count_as_right(variant, challenge, question):
    """Whoever gave the answer to this wording has answered rightly, also without a word to the authors."""
    marks = Progress.objects.filter(
        variant=variant,
        kind=Mark.CHECK,
        key=challenge.key,
        is_done=False,
        data__asked=challenge.asked,
    )
    people = marks.order_by("person_id").values_list("person_id", flat=True)
    for person in (
        User.objects.select_for_update(no_key=True).filter(pk__in=list(people)).order_by("pk")
    ):
        mark = locked(person, variant, Mark.CHECK, challenge.key)
        if not wrong_before(mark, challenge):
            continue
        given = mark.data["given"]
        if challenge.form in mark.data.get("challenged", ()):  # whatever they tried after it
            given = challenge.answer
        if feedback.judge(question, given).right:
            data = {**mark.data, "given": given, "right": True}
            leave(person, variant, Mark.CHECK, challenge.key, data=data)


def wrong_before(mark, challenge) -> bool:
    return bool(mark) and not mark.is_done and mark.data.get("asked") == challenge.asked
