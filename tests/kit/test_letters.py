"""Letters spoilt on the way are seen and guessed right; a real name is left alone; what nobody sees is taken away."""

import pytest

from lms.kit import letters, nations, pdf

NAMES = [
    "Siân",
    "Łukasz",
    "Müller",
    "Zoë",
    "José",
    "Ngọc Nguyễn",
    "Niño",
    "Żółć",
    "Màiri NicDhòmhnaill",
]
PAGES = ["cp1252", "cp850", "cp437", "mac_roman", "cp1250", "iso8859_2", "latin-1"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("page", PAGES)
def test_utf8_read_as_another_code_page_is_seen(name, page):
    try:
        spoilt = name.encode().decode(page)
    except UnicodeDecodeError:
        pytest.skip("that page cannot hold these bytes")
    assert letters.mended(spoilt) != spoilt


@pytest.mark.parametrize(
    ("spoilt", "meant"),
    [
        ("Si├ón", "Siân"),
        ("SiÃ¢n", "Siân"),
        ("Si√¢n", "Siân"),
        ("SiÃƒÂ¢n", "Siân"),
        ("MĂźller", "Müller"),
        ("JosĂŠ", "José"),
        ("Oâ€™Brien", "O’Brien"),
    ],
)
def test_the_guess_is_right(spoilt, meant):
    assert letters.mended(spoilt) == meant


@pytest.mark.parametrize(
    "name",
    [
        *NAMES,
        "Kılıç",
        "Conceição",
        "João",
        "Ãlvares",
        "Ångström",
        "Štefánik",
        "Ďurčanská",
        "Ó Súilleabháin",
        "Þórðardóttir",
        "Ñandú",
        "سارة",
        "李",
        "Ольга",
        "Νίκος",
    ],
)
def test_a_real_name_is_left_alone(name):
    assert (
        letters.mended(name) == name
        and letters.stranger(name) == ("", "")
        and letters.is_a_name(name)
    )


@pytest.mark.parametrize(
    "unseen",
    ["\u200b", "\u200e", "\u200f", "\u00ad", "\u2060", "\ufeff", "\u202e", "\u2066", "\u200d"],
)
def test_what_nobody_sees_goes(unseen):
    assert letters.without_unseen(f"{unseen}Sam{unseen}ple{unseen}") == "Sample"


def test_a_joiner_stays_where_a_script_spells_with_it():
    assert letters.without_unseen("علی\u200cرضا") == "علی\u200cرضا"


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("S\u0430mple", "\u0430"),
        ("Ann S\u0430mple", "\u0430"),
        ("\u039fwen", "\u039f"),
        ("Иванoв", "o"),
    ],
)
def test_a_letter_of_another_script_is_named(name, odd):
    assert letters.stranger(name)[0] == odd


def test_a_name_in_two_scripts_word_by_word_is_no_stranger():
    assert letters.stranger("Olga Ольга") == ("", "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [("Ann_x000D_", "Ann\r"), ("_x005F_x000D_", "_x000D_"), ("snake_x_case", "snake_x_case")],
)
def test_the_escape_of_a_workbook(text, meant):
    assert letters.unescaped(text) == meant


@pytest.mark.parametrize("words", ["Adébáyọ̀", "Ńwáńkwọ́", "Į̃"])
def test_two_marks_that_have_no_single_letter_do_not_print(words):
    assert pdf.unprintable(words)


@pytest.mark.parametrize("words", ["Nguyễn", "Sia\u0302n", "Zając"])
def test_what_has_a_letter_of_its_own_prints(words):
    assert not pdf.unprintable(words)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Scotland and England", ["england", "scotland"]),
        ("England & Wales", ["england", "wales"]),
        ("N. Ireland", ["northern_ireland"]),
        ("England, Wales and Scotland", ["england", "wales", "scotland"]),
        ("Northern Ireland", ["northern_ireland"]),
        ("Scotland; Wales", ["wales", "scotland"]),
    ],
)
def test_nations_as_people_write_them(text, codes):
    assert nations.read(text) == codes
    with pytest.raises(nations.UnknownNation):
        nations.read("Scotland and Atlantis")
