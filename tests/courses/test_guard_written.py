"""The guard sees the same person however a sentence is written, and what neighbours know somebody by. Every name and number here is invented."""

import unicodedata
from pathlib import Path

import pytest

from courses.privacy_guard.guard import look

MEANT = """
    Blessing Grace Mercy Joy Faith Hope Precious Comfort Patience Gift Promise Favour Destiny Princess Prince Goodness Happiness Praise Success Justice Wisdom
    Peace Gloria Charity Lucky Sunny Innocent Honour Miracle Endurance Rejoice
""".split()
STANDING = [
    "I met {} on Tuesday",
    "{}’s solicitor rang",
    "{} told me about the boat",
    "I told {} that we would wait",
    "Then {} rang me twice",
]
WRITTEN = {
    "a full stop": lambda text: f"{text}.",
    "two spaces": lambda text: text.replace(" ", "  "),
    "no-break spaces": lambda text: text.replace(" ", "\xa0"),
    "thin spaces": lambda text: text.replace(" ", "\u2009"),
    "straight apostrophes": lambda text: text.replace("’", "'"),
    "other apostrophes": lambda text: text.replace("’", "ʼ"),
    "line ends of Windows": lambda text: f"It was late.\r\n{text}\r\nI went home.",
    "of old Macs": lambda text: f"It was late.\r{text}\rI went home.",
    "a line that was full": lambda text: text.replace("met ", "met\n").replace("told ", "told\r\n"),
    "nothing else": str,
    "small letters": str.lower,
    "capitals": str.upper,
    "no apostrophe": lambda text: text.replace("’", ""),
    "a sign no one sees": lambda text: text.replace(" ", "\u200b "),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_name_that_is_a_word_does_not_depend_on_how_it_is_written(way):
    missed = []
    for name in MEANT:
        for frame in STANDING:
            text = WRITTEN[way](frame.format(name))
            if [(f.what, f.text.casefold().rstrip("s")) for f in look(text)] != [
                ("name", name.casefold().rstrip("s"))
            ]:
                missed.append(text)
    assert not missed


@pytest.mark.parametrize("name", ["Nguyễn", "Łucja", "Hoài", "Siobhán", "Zoë", "Ștefan", "Åsa"])
def test_a_name_with_its_accents_apart_is_the_same_name(name):
    apart = unicodedata.normalize("NFD", name)
    for text in (
        f"I met {apart} twice",
        f"We\xa0helped\xa0{apart}\xa0with the form.",
        f"So then {apart} rang.",
    ):
        assert [(f.what, f.text) for f in look(text)] == [("name", name)], text


@pytest.mark.parametrize("name", ["Elira", "Uzoamaka", "Luwam", "Blessing"])
def test_a_line_with_two_long_words_is_no_heading(name):
    for text in (
        f"I met {name} on Tuesday",
        f"So I met {name} on Tuesday",
        f"We met {name} at noon",
    ):
        assert [f.text for f in look(text)] == [f.text for f in look(f"{text}.")] == [name], text
    assert look("Reading About Kwento and Quiche") == look("Reading About Quiche") == [], (
        "a heading is left alone"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_a_line_end_ends_a_line_on_every_machine(end):
    assert look(f"I was late{end}Quiche for lunch{end}I slept") == []


def test_the_sentences_that_were_missed_are_found():
    lines = (Path(__file__).parents[1] / "cases" / "guard-sentences.txt").read_text().splitlines()
    assert [[f.what for f in look(line)] for line in lines] == [["name"]] * 4 + [["reference"]]


@pytest.mark.parametrize(
    "text",
    [
        "I was in good grace with the court.",
        "I asked mercy of the court and got none.",
        "With hope and faith and joy I went home.",
        "Justice is slow.",
        "What I hope to tell them",
        "Prince William opened it.",
        "King Charles spoke.",
        "We met with great joy.",
        "Happiness is a bus pass.",
        "A gift was left on the step",
        "Freedom is a bus pass.",
        "I promise that I told no one.",
        "My faith tells me to wait.",
        "comfort was what she asked for",
        "The gift told us nothing new.",
        "It costs in 150000 a year.",
        "Between 12 34 and 56 a line was drawn.",
        "Call nine nine nine.",
        "The helpline is oh eight hundred.",
        "I counted: one, two, three, four.",
        "I was the only woman in the room.",
        "I felt like the only person in the village.",
        "A. told me about it on Tuesday in supervision.",
        "The Primary School sent a letter.",
        "The Crown Court sat on 3 May.",
        "St Mary’s University begins on 3 October.",
    ],
)
def test_words_that_only_look_so_are_left_alone(text):
    assert look(text) == []


@pytest.mark.parametrize(
    "text",
    [
        f"{label}{number}"
        for label in ("", "NI number: ", "her ni no is ", "National Insurance ")
        for number in (
            "QQ123456C",
            "qq123456c",
            "Qq 12 34 56 c",
            "qq12 34 56 C",
            "QQ-12-34-56-C",
            "qq 123456 c",
        )
    ],
)
def test_an_insurance_number_is_seen_in_any_case_and_spacing(text):
    assert [f.what for f in look(text)] == ["reference"]


@pytest.mark.parametrize(
    "text",
    [
        "Her phone is oh seven seven",
        "Her phone is oh seven seven double oh nine, one two three.",
        "zero seven seven zero zero nine oh one two three",
        "Mobile: Oh-seven-seven, triple oh, four five six",
        "The number is six two two four nine six.",
        "Ring oh one six two two four nine six",
        "call plus four four seven seven double oh nine",
    ],
)
def test_a_phone_number_in_words_is_seen(text):
    assert [f.what for f in look(text)] == ["phone"]


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("recognisable", "She is the only Vietnamese woman in the village"),
        ("recognisable", "They are the only Eritrean family on our street."),
        ("recognisable", "He is the first Roma boy in his school."),
        ("recognisable", "They are one of two Albanian families in Stornoway."),
        ("recognisable", "He is the village’s only Nigerian man in the area."),
        ("recognisable", "There is no other Albanian woman in the town."),
        ("recognisable", "She is the village’s only Vietnamese girl."),
        ("recognisable", "She has two boys at Milton Primary School"),
        ("date and place", "Met E. at the Tesco cafe in Nairn last Tuesday"),
        ("date and place", "I saw M. in Thurso yesterday."),
        ("date and place", "We met E in Nairn on Friday, and she wept."),
        ("date and place", "Her trial is at Inverness Sheriff Court on 3 May."),
        ("date and place", "On 3/5/26 they went to Raigmore Hospital."),
        ("date and place", "on 3/5/26 she ran from croydon"),
        ("address", "she stays at 14 rose gardens with two others"),
    ],
)
def test_what_neighbours_know_somebody_by_is_seen(what, text):
    assert what in [f.what for f in look(text)]
    assert all(f.advice for f in look(text))


def test_what_the_unit_says_of_a_school_may_be_said_again():
    assert (
        look("The case of the boys at Milton Primary School", names=["Milton Primary School"]) == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "My manager Fiona told me to wait.",
        "I asked my line manager, Dele, twice.",
        "Fiona, my supervisor, said no.",
        "I rang Hamish (our tutor).",
        "Her solicitor, Mr Hargreaves, was late.",
    ],
)
def test_a_colleague_is_not_called_a_survivor(text):
    (finding,) = look(text)
    assert finding.what == "name" and "survivor" not in finding.advice and "role" in finding.advice
    (survivor,) = look("I met Fiona at the hostel.")
    assert "survivor" in survivor.advice


def test_what_is_found_stands_in_the_order_of_reading_over_many_sentences():
    found = look(
        "I slept. I went home. I met Amina. On 3 May she ran from Paisley. I rang Thuy on 07700 900123."
    )
    assert [f.text for f in found] == ["Amina", "3 May … Paisley", "Thuy", "07700 900123"]
