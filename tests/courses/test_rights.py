"""Rights that the law gives: read from what an author types, taught with their time limits, and found by nation."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from courses import rights
from courses.actions import put_right, read_again
from courses.blocks.words import Rights
from courses.forms.study import RightsField
from courses.models import Correction, Provision
from courses.queries import review_calendar, rights_in
from courses.states import Basis
from lms.kit.refusals import Refused

TYPED = """Key: reconsideration
Right: Have a negative decision looked at again
Nations: Scotland; Wales
Who: The person, or their solicitor.
How: In writing,
with new evidence.
By when: 30 calendar days
From when: the date of the decision
"""
KEPT = {
    "key": "reconsideration",
    "title": "Have a negative decision looked at again",
    "nations": ["wales", "scotland"],
    "holder": "The person, or their solicitor.",
    "how": "In writing, with new evidence.",
    "deadline": "30 calendar days",
    "no_deadline": "",
    "runs_from": "the date of the decision",
    "exception": "",
}
OTHER = {
    **KEPT,
    "key": "review",
    "title": "Ask for a judicial review",
    "nations": ["scotland"],
    "deadline": "",
    "no_deadline": "None is set.",
    "runs_from": "",
}


def test_what_is_typed_is_what_is_kept_and_comes_back_as_it_was():
    assert rights.read(TYPED) == [KEPT]
    assert rights.read(rights.as_lines([KEPT, OTHER])) == [KEPT, OTHER]
    assert rights.read("") == []


@pytest.mark.parametrize(
    "typed, words",
    [
        (
            TYPED.replace("From when: the date of the decision\n", ""),
            "Right 1: say from when the time runs",
        ),
        (TYPED.replace("By when: 30 calendar days\n", ""), "Right 1: say by when it is used"),
        (TYPED + "No time limit: None.\n", "Right 1: say by when it is used"),
        (
            TYPED.replace("Who: The person, or their solicitor.\n", ""),
            "Right 1: the line “Who:” is missing.",
        ),
        (
            TYPED.replace("Scotland; Wales", "Scotland; Walse"),
            "Right 1: “Walse” names none of the four nations.",
        ),
        (TYPED + "\n" + TYPED, "Two rights have the key “reconsideration”."),
        (
            "Someone can ask.\n",
            "Right 1: the line “Someone can ask.” begins with none of the labels.",
        ),
        (
            TYPED + "\n" + TYPED.replace("Key: reconsideration", "Key: Re consideration"),
            "Right 2: a key has small letters",
        ),
    ],
)
def test_a_slip_is_said_where_it_is(typed, words):
    with pytest.raises(rights.Misread, match=words):
        rights.read(typed)


@pytest.mark.django_db
class TestTheLedger:
    def test_a_right_without_a_time_limit_is_not_kept(self, provision, author):
        with pytest.raises(Refused, match="say by when it is used"):
            put_right(
                provision,
                by=author,
                why="It was forgotten.",
                now={"rights": [{**KEPT, "deadline": ""}]},
            )
        assert Provision.objects.get().rights == [] and not Correction.objects.exists()

    def test_a_right_is_not_given_where_the_law_is_not(self, provision, author):
        with pytest.raises(Refused, match="is given to Wales, where .* is not law"):
            put_right(provision, by=author, why="It was forgotten.", now={"rights": [KEPT]})
        assert Provision.objects.get().rights == [] and not Correction.objects.exists()

    def test_the_pages_keep_what_is_typed_and_show_it_by_nation(self, provision, author, enter):
        inside, address = enter(author), f"/law/{provision.key}/slip/"
        fields = {
            name: getattr(provision, name)
            for name in (
                "act",
                "section",
                "title",
                "summary",
                "commencement",
                "jurisdictions",
                "source",
                "basis",
            )
        }
        given = {
            **fields,
            "jurisdictions": ["scotland", "wales"],
            "why": "The right was forgotten.",
            "seen": provision.mark,
        }
        refused = inside.post(
            address, {**given, "rights": TYPED.replace("Scotland; Wales", "Mars")}
        )
        assert (
            refused.status_code == 422
            and "“Mars” names none" in refused.content.decode()
            and "In writing," in refused.content.decode()
        )
        assert Provision.objects.get().rights == []
        assert inside.post(address, {**given, "rights": TYPED}).status_code == 302
        assert Provision.objects.get().rights == [KEPT]
        assert (
            "30 calendar days, from the date of the decision"
            in inside.get(f"/law/{provision.key}/").content.decode()
        )
        for where, is_there in (("scotland", True), ("wales", True), ("northern_ireland", False)):
            assert (
                KEPT["title"] in inside.get(f"/study/rights/?nation={where}").content.decode()
            ) is is_there

    def test_more_than_there_is_room_for_is_refused(self):
        with pytest.raises(ValidationError, match="there is room for 20,000"):
            RightsField().clean(TYPED.replace("new evidence", "x" * 20_000))

    def test_law_that_is_not_in_force_gives_no_right(self, provision):
        Provision.objects.filter(pk=provision.pk).update(rights=[KEPT, OTHER])
        assert [right["key"] for right in rights_in(["scotland"])] == ["review", "reconsideration"]
        assert [right["key"] for right in rights_in(["wales"])] == [
            "reconsideration"
        ] and rights_in(["england"]) == []
        Provision.objects.filter(pk=provision.pk).update(commencement="bill")
        assert rights_in(["scotland"]) == []
        drawn = Rights().render(
            Rights().to_python(
                {"title": "T", "rights": [{"provision": provision.pk, "key": "review"}]}
            )
        )
        assert "Bill, not law" in drawn, "a unit that teaches it says that it cannot be used yet"

    def test_what_rests_on_less_than_its_text_is_listed_until_somebody_reads_it(
        self, provision, author, capsys
    ):
        assert [p.pk for p in review_calendar().unread] == [provision.pk]
        Provision.objects.filter(pk=provision.pk).update(basis=Basis.OWN)
        call_command("law_to_read")
        assert provision.key in json.loads(capsys.readouterr().out)["own_knowledge_only"][0]
        read_again(
            provision,
            by=author,
            as_at=date(2026, 11, 21),
            review_by=date(2027, 3, 1),
            basis=Basis.NOTES,
        )
        assert [p.pk for p in review_calendar().unread] == [provision.pk], (
            "notes about it are not its text"
        )
        read_again(provision, by=author, as_at=date(2026, 11, 21), review_by=date(2027, 3, 1))
        assert review_calendar().unread == [] and Provision.objects.get().read_by_id == author.pk

    def test_a_reading_from_before_rights_were_kept_is_the_same_reading(self, provision):
        """Versions and proposals hold readings; a new column must not make them look changed."""
        assert not {"rights", "extent", "basis", "read_at", "instrument", "commenced_on"} & set(
            provision.as_it_stands()
        )
