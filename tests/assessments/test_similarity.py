"""Words in common are found wherever they stand, and a few of them do not count."""

import random

from hypothesis import given
from hypothesis import strategies as st

from assessments.cases.similarity import WINDOW, compare, passages, shingles, words_of

LOT = random.Random(7)
ALPHABET = [f"word{n}" for n in range(400)]
ESSAY = " ".join(LOT.choice(ALPHABET) for _n in range(800))
OTHER = " ".join(LOT.choice(ALPHABET) for _n in range(800))
COPIED = " ".join(ESSAY.split()[100:220])


def test_a_passage_copied_into_another_text_is_found_and_shown():
    both = f"{OTHER} {COPIED} {OTHER[:500]}"
    found = compare(shingles(ESSAY), shingles(both))
    assert 115 <= found.words <= 125 and 10 <= found.percent <= 20
    shown = passages(both, shingles(ESSAY))
    assert shown[0].startswith("word") and shown[0].endswith("…")
    assert COPIED.startswith(shown[0].removesuffix(" …"))


def test_capitals_punctuation_and_broken_lines_hide_nothing():
    changed = COPIED.upper().replace(" ", ",  ", 5).replace("WORD1", "WO-\nRD1", 1)
    assert compare(shingles(COPIED), shingles(changed)).percent == 100


def test_a_short_text_out_of_a_long_one_is_all_there():
    assert compare(shingles(COPIED), shingles(ESSAY)).percent == 100


def test_two_texts_of_their_own_and_texts_too_short_are_not_alike():
    assert compare(shingles(ESSAY), shingles(OTHER)).words == 0
    assert len(shingles("five words are too few")) == 0
    assert compare(shingles(""), shingles(ESSAY)).percent == 0
    assert passages("", shingles(ESSAY)) == []


def test_what_all_have_does_not_count():
    task = shingles(COPIED)
    assert compare(shingles(f"{COPIED} {OTHER}"), shingles(ESSAY), task).words == 0
    assert passages(f"{COPIED} {OTHER}", shingles(ESSAY), task) == []


@given(
    st.lists(st.sampled_from("abcde"), max_size=60), st.lists(st.sampled_from("abcde"), max_size=60)
)
def test_it_is_the_same_from_either_side_and_never_more_than_all(one, other):
    first, second = shingles(" ".join(one)), shingles(" ".join(other))
    found = compare(first, second)
    assert found == compare(second, first)
    assert 0 <= found.percent <= 100
    assert (found.words == 0) == (not set(first) & set(second))
    if len(one) >= WINDOW:
        assert compare(first, first).percent == 100
        assert passages(" ".join(one), first) and words_of(" ".join(one)) == one
