"""Numbers survive being read aloud and typed, and no single slip becomes somebody else's number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kit import codes

BODY = st.text(alphabet=codes.ALPHABET, min_size=7, max_size=7)


def number(body):
    return codes.format_code(
        "IMSA", body + codes.mod_37_36.calc_check_digit(body, alphabet=codes.ALPHABET)
    )


@given(BODY)
def test_case_spaces_and_hyphens_do_not_matter(body):
    good = number(body)
    assert codes.read(good.lower().replace("-", " "), "IMSA") == good
    assert codes.read(good.replace("-", "").removeprefix("IMSA"), "IMSA") == good


@given(BODY, st.integers(0, 7), st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_is_always_noticed(body, place, other):
    bare = number(body).replace("-", "").removeprefix("IMSA")
    if bare[place] != other:
        with pytest.raises(codes.Misread):
            codes.read(bare[:place] + other + bare[place + 1 :], "IMSA")


@pytest.mark.parametrize(
    "typed",
    ["", "IMSA", "IMSA-2222-222O", "IMSA-2222-22I2", "IMSA-22", "IMSA-2222-222é", "<script>"],
)
def test_what_cannot_be_a_number_says_what_to_look_at(typed):
    with pytest.raises(codes.Misread) as refusal:
        codes.read(typed, "IMSA")
    assert str(refusal.value).endswith(".")


def test_a_number_never_holds_a_look_alike():
    assert not set(codes.new("IMSA").removeprefix("IMSA")) & set(codes.LOOK_ALIKES)
