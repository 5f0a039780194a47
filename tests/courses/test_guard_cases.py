"""The privacy guard over the sentences of `tests/cases/guard.toml`: how many it finds, and how many it warns of for nothing. Counts; no time is taken."""

import pytest

from benchmarks.guard import cases, counts
from courses.privacy_guard.guard import ADVICE, WHY, look

# Sentences that tell who somebody is and are missed, and harmless ones that are warned of: no more than this.
MOST_MISSED = {"tuning": 1, "measured": 3}
MOST_WRONG = {"tuning": 1, "measured": 3}


def test_there_are_enough_of_both():
    parts = cases()
    everything = [case for some in parts.values() for case in some]
    assert len(everything) >= 400 and len(parts["measured"]) >= 150
    assert sum(not case.kinds for case in everything) >= 0.45 * len(everything)
    assert len({case.sentence for case in everything}) == len(everything)
    assert {kind for case in everything for kind in case.kinds} <= set(WHY)


@pytest.mark.parametrize("part", ["tuning", "measured"])
def test_no_more_is_missed_and_no_more_is_wrong(part):
    counted = counts(cases()[part])
    assert counted.missed["any"] <= MOST_MISSED[part], [
        case.sentence for case, found in counted.mistakes if case.kinds and not found
    ]
    assert counted.wrongly["any"] <= MOST_WRONG[part], [
        case.sentence for case, found in counted.mistakes if found and not case.kinds
    ]


def test_each_finding_says_why_and_what_to_write():
    assert set(WHY) == set(ADVICE)
    (finding,) = look("A Vietnamese woman in Portree told me the same.")
    assert finding.text == "A Vietnamese woman … Portree"
    assert "people nearby" in finding.why and "a woman I support" in finding.advice


@pytest.mark.parametrize(
    "text",
    [
        "She is Albanian. She lives in a flat in Portree.",
        "My client uses a wheelchair. His village is small, but on our street he is known.",
        "He is from Eritrea and very tired. He works nights in Mallaig.",
    ],
)
def test_what_two_sentences_tell_together_is_found(text):
    assert [finding.what for finding in look(text)] == ["recognisable"]


@pytest.mark.parametrize(
    "text",
    [
        "They were rescued from a farm near Boston on 3 March after the report.",
        "Two sisters were found at a hotel in Perth on 12 May, before the training.",
        "The survivors were moved from Oban on 4 June because of the guidance.",
    ],
)
def test_a_word_of_training_or_law_hides_no_day_and_place_of_others(text):
    assert [finding.what for finding in look(text)] == ["date and place"]


@pytest.mark.parametrize(
    "text",
    [
        "She is Albanian. I live in Portree.",
        "She is Albanian. She lives in London now.",
        "I am from Jamaica and I live in Portree.",
        "I use a wheelchair, and our village has no bus.",
        "A trans woman has a right to choose her doctor.",
    ],
)
def test_what_does_not_belong_together_is_left_alone(text):
    assert look(text) == []
