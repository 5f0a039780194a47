"""What accepting an answer must not do, and for whom it has to count: a core that nobody looked at, other nations, another try."""

import pytest

from courses.actions import accept_challenge, challenge_answer, mark_studied, open_plan
from courses.models import AnswerChallenge, CorePage, Progress, UnitVersion
from lms.kit.refusals import Refused
from lms.people.models import Notice, Role

from .test_challenges import (  # noqa: F401 - fixtures
    FROM,
    QUESTION,
    add_page,
    answered,
    challenge,
    key,
    page,
    stream,
    tree,
    unit,
    version,
)

pytestmark = pytest.mark.django_db
GAP = ("gap", {"name": "where", "label": "Where"})


def add_core(above, unit, *blocks):  # noqa: F811
    core = above.add_child(
        instance=CorePage(
            title="Core", slug="u1-core", unit=unit, live=False, body=stream(*blocks, GAP)
        )
    )
    core.save_revision().publish()


def key_of(version):  # noqa: F811
    return next(s["id"] for s in version.segments if s["kind"] == "check")


@pytest.mark.both_engines
@pytest.mark.parametrize("words", ["1.5 hours", "10/11/2015", "Schedule A", "2021-22"])
def test_an_answer_with_a_number_or_a_label_is_kept(trainee, plan, version, key, words):  # noqa: F811
    answered(trainee, version, key, words)
    made = challenge_answer(trainee, version, key, by=trainee, send_anyway=True)
    assert AnswerChallenge.objects.get().form == made.form and "\0" not in made.form
    assert Progress.objects.get(kind="check").data["challenged"] == [made.form]


def test_it_counts_for_who_sent_it_and_tried_another_answer_since(
    trainee,
    author,
    challenge,  # noqa: F811
    version,  # noqa: F811
    key,  # noqa: F811
):
    answered(trainee, version, key, "The council")
    accept_challenge(challenge, by=author)
    mark = Progress.objects.get(kind="check")
    assert mark.is_done and mark.data["given"] == "Chief Constable"
    mark_studied(trainee, version, by=trainee)


def test_who_sent_it_in_another_nation_hears_of_it_too(
    make_person,
    module,
    unit,  # noqa: F811
    operator,
    trainee,
    plan,
    author,
):
    above = tree(module, operator)
    add_core(above, unit, ("short_check", QUESTION))
    fill = stream(("fill", {"gap": "where"}), ("text", "<p>Here.</p>"))
    other, sent = make_person("Ona", Role.LEARNER), []
    open_plan(other, module.programme, ["wales"], by=operator, opened_on=FROM)
    for name, codes, person in (
        ("scotland", ["scotland"], trainee),
        ("rest", ["england", "wales"], other),
    ):
        add_page(above, unit, name, codes, fill)
        asked = UnitVersion.objects.get(variant__key=name)
        answered(person, asked, key_of(asked), "Chief Constable")
        sent.append(challenge_answer(person, asked, key_of(asked), by=person))
    accept_challenge(sent[0], by=author)
    assert not AnswerChallenge.objects.filter(state="open").exists()
    for person in (trainee, other):
        assert "now counts as right" in Notice.objects.get(person=person).body


def test_a_new_core_that_nobody_has_looked_at_is_not_published_by_it(
    module,
    unit,  # noqa: F811
    operator,
    trainee,
    plan,
    author,
):
    above = tree(module, operator)
    add_core(above, unit, ("text", "<p>Old.</p>"))
    fill = stream(("fill", {"gap": "where"}), ("text", "<p>Here.</p>"), ("short_check", QUESTION))
    add_page(above, unit, "scotland", ["scotland"], fill)
    core = CorePage.objects.get()
    core.body = stream(("text", "<p>New.</p>"), GAP)
    core.save_revision().publish()
    published = UnitVersion.objects.get()
    answered(trainee, published, key_of(published), "Chief Constable")
    made = challenge_answer(trainee, published, key_of(published), by=trainee)
    with pytest.raises(Refused, match="core"):
        accept_challenge(made, by=author)
    made.refresh_from_db()
    assert made.state == "open" and UnitVersion.objects.get().pk == published.pk
