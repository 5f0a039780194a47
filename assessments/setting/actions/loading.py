"""Loads assessments from facts that were written elsewhere, as the demonstration's are; through the same actions as the pages."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from lms.kit.refusals import Refused, insist

from .. import kinds
from ..models import Assessment, AssessmentVersion
from ..queries import questions_in
from ..rubric import WHOLE
from ..rules import may_teach
from ..sections import QuizSection
from ..states import SubmissionType, VersionState
from .criteria import rubric_rows
from .items import item_rows
from .questions import (
    choice_rows,
    key_after,
    name_law,
    order_questions,
    remove_question,
    replace_question,
    root_of,
    scenario_for,
    sound_solution,
    tags_of,
    write_question,
)
from .sections import remove_section, write_section
from .versions import (
    approve_in,
    edit_version,
    lock_version,
    make_assessment,
    rename_assessment,
    start_version,
)


@transaction.atomic
def keep_assessment(module, facts, *, by) -> Assessment:
    """Write one assessment down as `facts` say (code, kind, title, weight, brief, words, step, scheme, takes_recordings, submission_type, names_author, chooses_subject, attempt_limit, attempt_cap, release_by, release_when, question, section, criterion with its level, practice_hours, reflections, may_lack, item), approved.

    Facts without `section` leave the sections that there are.
    1. the assessment where it is new, 2. a version where the newest says something else: a cohort whose work is in keeps the one it sits, 3. its
    questions or criteria. Nothing new to say: nothing is written.
    """
    insist(may_teach(by))
    assessment = Assessment.drafts_too.filter(code=facts["code"]).select_related("module").first()
    if assessment is None:
        newest = make_assessment(
            module, facts["code"], facts["kind"], facts["title"], weight=facts["weight"], by=by
        )
        assessment = newest.assessment
    else:
        _insist_same(assessment, module, facts)
        assessment = rename_assessment(assessment, facts["title"], by=by)
        newest = assessment.versions.order_by("-number")[0]
        approved = (
            assessment.versions.filter(state=VersionState.APPROVED).order_by("-number").first()
        )
        if approved and _says(approved, facts):
            newest = approved
        elif not newest.is_approved:
            raise Refused(
                _("%(code)s has a draft that someone is working on. Approve it or drop it first.")
                % {"code": assessment.code}
            )
    if not (newest.is_approved and _says(newest, facts)):
        _write(start_version(newest, by=by), facts, by=by)
    law = {q["key"]: q["provision"] for q in facts.get("question", []) if q.get("provision")}
    name_law(assessment, law, by=by)
    assessment.refresh_from_db()
    return assessment


def _insist_same(assessment, module, facts):
    if (assessment.module_id, assessment.kind) != (module.pk, facts["kind"]):
        raise Refused(
            _("%(code)s is a piece of another kind or module. Give this one a code of its own.")
            % {"code": assessment.code}
        )


def _about(facts):
    return {
        "brief": facts["brief"].strip(),
        "weight": facts["weight"],
        "words": facts.get("words") or None,
        "asks": facts.get("asks"),
        "draws": facts.get("draws", []),
        "minutes": facts.get("minutes"),
        "shuffles_choices": facts.get("shuffles_choices", False),
        "scheme": facts.get("scheme", AssessmentVersion.DOUBLE),
        "takes_recordings": facts.get("takes_recordings", False),
        "submission_type": facts.get("submission_type", SubmissionType.FILE),
        "names_author": facts.get("names_author", False),
        "chooses_subject": facts.get("chooses_subject", False),
        "attempt_limit": facts.get("attempt_limit"),
        "attempt_cap": facts.get("attempt_cap"),
        "release_by": facts.get("release_by", ""),
        "release_when": facts.get("release_when", ""),
        "step": Decimal(str(facts.get("step", WHOLE))),
        "practice_hours": facts.get("practice_hours"),
        "reflections": facts.get("reflections"),
        "may_lack": facts.get("may_lack", False),
    }


def _criteria(facts):
    """Each as `edit_version` takes it."""
    return [
        {
            **one,
            "outcomes": one.get("outcomes", []),
            "levels": [
                {
                    "mark_from": Decimal(str(level["from"])),
                    "mark_to": Decimal(str(level["to"])),
                    "descriptor": level["text"],
                }
                for level in one.get("level", [])
            ],
        }
        for one in facts.get("criterion", [])
    ]


def _levels(criterion):
    """As a version holds them, the highest first."""
    return sorted(
        (
            (one["mark_from"], one["mark_to"], one["descriptor"].strip())
            for one in criterion["levels"]
        ),
        reverse=True,
    )


def _says(version, facts) -> bool:
    """Does it ask and judge as the facts say? The law that questions rest on is named apart."""
    criteria = [
        (
            *(c["key"], c["title"], c["weight"], c.get("description", "")),
            _levels(c),
            c.get("outcomes", []),
        )
        for c in _criteria(facts)
    ]
    return (
        all(getattr(version, name) == value for name, value in _about(facts).items())
        and criteria == rubric_rows(version)
        and [(i["key"], i["title"], i.get("text", ""), i["signer"]) for i in facts.get("item", [])]
        == item_rows(version)
        and (
            "section" not in facts
            or [(s["first"], s["title"], s.get("text", "")) for s in facts["section"]]
            == _section_rows(version)
        )
        and [_spelt(q) for q in questions_in(version)]
        == [
            (
                q["key"],
                q["text"],
                q.get("nation", ""),
                q.get("why", ""),
                q.get("kind", kinds.SINGLE),
                sound_solution(q.get("kind", kinds.SINGLE), q | {"choices": []})[1]
                if q.get("kind") in (*kinds.WRITTEN, kinds.CLOZE)
                else {},
                _choices(q),
                sorted(tuple(tag) for tag in q.get("tags", [])),
                _scenarios(facts).get(q.get("scenario"), ""),
            )
            for q in facts.get("question", [])
        ]
    )


def _spelt(question):
    return (
        root_of(question.key),
        question.text,
        question.nation,
        question.why,
        question.kind,
        question.solution,
        choice_rows(question),
        tags_of(question),
        question.scenario.text if question.scenario_id else "",
    )


def _section_rows(version):
    """Each section of a version with the root key of the question it begins with, in their order. One query."""
    rows = QuizSection.objects.filter(version=version).values_list(
        "first__question__key", "title", "text"
    )
    return [(root_of(key or ""), title, text) for key, title, text in rows]


def _scenarios(facts):
    """The texts that several questions are about, by the key that names them in the file."""
    return {one["key"]: one["text"].strip() for one in facts.get("scenario", [])}


def _choices(facts):
    return [(c["text"], c.get("right", False), c.get("pair", "")) for c in facts.get("choice", [])]


def _write(draft, facts, *, by):
    draft = edit_version(
        draft, by=by, criteria=_criteria(facts), items=facts.get("item", []), **_about(facts)
    )
    there = {root_of(question.key): question for question in questions_in(draft)}
    keys, texts = [], _scenarios(facts)
    for one in facts.get("question", []):
        about = {
            **{name: one.get(name, "") for name in ("key", "text", "nation", "why", "provision")},
            "kind": one.get("kind", kinds.SINGLE),
            "solution": one.get("solution", {}),
            "tags": one.get("tags", []),
            "choices": [
                {"text": text, "is_right": right, "pair": pair}
                for text, right, pair in _choices(one)
            ],
        }
        old = there.get(one["key"])
        if old is not None and old.kind != about["kind"]:  # the kind of a question stays
            about["key"], old = key_after(old.key), None
        else:
            there.pop(one["key"], None)
        made = write_question(draft, about, by=by, question=old)
        text = texts[one["scenario"]] if one.get("scenario") else ""
        if text != (made.scenario.text if made.scenario_id else ""):
            made = replace_question(draft, made, scenario=scenario_for(draft, text))
        keys.append(made.key)
    for question in there.values():
        remove_question(draft, question, by=by)
    draft.assessment.scenarios.filter(questions=None).delete()
    order_questions(draft, keys, by=by)
    if "section" in facts:
        _write_sections(draft, facts["section"], keys, by=by)
    approve_in(lock_version(draft), by=by)


def _write_sections(draft, wanted, keys, *, by):
    """`wanted` name the question they begin with as the facts do; `keys` are what the draft calls its questions."""
    for section in draft.sections.all():
        remove_section(draft, section, by=by)
    called = {root_of(key): key for key in keys}
    for one in wanted:
        write_section(draft, one["title"], one.get("text", ""), called[one["first"]], by=by)
