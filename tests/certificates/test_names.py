"""Both numbers on a paper answer with the name printed on it, whatever the name is now; what fits is bounded; nobody withheld is found by an earlier name."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from certificates.actions import answer_check, issue_again, withhold, work_under
from certificates.actions import checks as asking
from certificates.checking import family_names
from certificates.checking.uploaded_lists import filed, pasted
from certificates.document import drawing
from certificates.models import Certificate
from lms.kit import clock, pdf
from lms.kit.refusals import Refused
from lms.people.actions import rename
from lms.people.models import FormerName, Notice
from tests import shared

from . import scene
from .scene import TODAY

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture(autouse=True)
def own_decoys():
    asking._kept_decoys["until"] = 0


def sian():
    return scene.certified("Siân", "Llewellyn")


@pytest.fixture
@shared.begins_with(sian)
def held(db):
    return shared.copy_of(sian)


def code(number, surname, **more):
    return answer_check(number, surname, **more).answer["code"]


# ---- what fits ----


@pytest.mark.parametrize(
    ("typed", "given", "family"),
    [
        ("Ortega", "María José", "Fernández Ortega"),
        ("Fernandez", "María José", "Fernández Ortega"),
        ("Gwilym", "Rhys", "ap Gwilym"),
        ("Bhriain", "Niamh", "Ní Bhriain"),
        ("García López", "Ana María", "García-López de la Torre"),
        ("Torre", "Ana", "de la Torre"),
        ("Brien", "Ann", "O’Brien"),
        ("Siân Llewellyn", "Siân", "Llewellyn"),
        ("Llewellyn, Siân", "Siân", "Llewellyn"),
        ("María José Fernández Ortega", "María José", "Fernández Ortega"),
        ("María Ortega", "María José", "Fernández Ortega"),
        ("José Fernández", "María José", "Fernández Ortega"),
        ("Suharto", "Suharto", ""),
        ("SOERENSEN", "A", "Sørensen-Ås"[:8]),
        ("Müller", "A", "Mueller"),
        ("Mueller-Sorensen", "A", "Müller-Sørensen"),
        ("MUNXXOZ", "A", "Muñoz"),
        ("Sieglinde Grueber", "Sieglinde", "Grüber"),
    ],
)
def test_fits(typed, given, family):
    assert family_names.fits(typed, given, family)


@pytest.mark.parametrize(
    ("typed", "given", "family"),
    [
        ("Siân", "Siân", "Llewellyn"),
        ("María José", "María José", "Fernández Ortega"),
        ("de", "Ana", "de la Torre"),
        ("de la", "Ana", "de la Torre"),
        ("la", "Ana", "de la Torre"),
        ("ap", "Rhys", "ap Gwilym"),
        ("O", "Ann", "O’Brien"),
        ("Ng", "Ann", "Lam Ng"),
        ("Lle", "Siân", "Llewellyn"),
        ("Peter Llewellyn", "Siân", "Llewellyn"),
        ("Muller", "A", "Mueller"),
        ("Morag", "Morag Ann", ""),
        ("", "Siân", "Llewellyn"),
        ("-", "Siân", "Llewellyn"),
    ],
)
def test_does_not_fit(typed, given, family):
    assert not family_names.fits(typed, given, family)


@pytest.mark.parametrize(
    "file", ["surname-passport-spelling.txt", "surname-passport-spelling-more.txt"]
)
def test_passport_spellings_of_the_cases(file):
    pairs = [
        line.split(" | ")
        for line in (CASES / file).read_text().splitlines()
        if " | " in line and not line.startswith("on the")
    ]
    assert pairs and all(
        family_names.is_same(b, a) and family_names.is_same(a, b) for a, b in pairs
    )


def test_a_long_name_of_such_letters_is_no_work():
    assert len(family_names.spellings("ü" * 150)) < 300 and family_names.is_same(
        "UE" * 150, "ü" * 150
    )


# ---- before and after a change of name ----


def test_both_numbers_answer_with_the_printed_name_before_and_after_and_for_past_days(held):
    person = held.enrolment.person
    with clock.at(TODAY + timedelta(days=40)):
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Price")
        for number in (held.number, person.imsa_number):
            for name in ("Llewellyn", "Price"):
                assert code(number, name) == "accredited", (number, name)
                assert code(number, name, on=TODAY + timedelta(days=10)) == "accredited"
            assert code(number, "Jones") == "not_found"
        again = issue_again(held.enrolment, "name", by=scene.registrar())
        for number in (held.number, person.imsa_number):
            assert code(number, "Llewellyn") == code(number, "Price") == "accredited"
        # Whoever has the new paper alone tries no former names on it.
        assert (code(again.number, "Price"), code(again.number, "Llewellyn")) == (
            "accredited",
            "not_found",
        )
        answer = answer_check(person.imsa_number, "Llewellyn")
    assert "Price" not in str(answer.answer) and answer.asked_surname == "Llewellyn"


def test_a_name_that_was_on_file_and_never_printed_answers_by_the_imsa_number(held):
    person = held.enrolment.person
    with clock.at(TODAY + timedelta(days=40)):
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Price")
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Vaughan")
        assert code(person.imsa_number, "Price") == "accredited"
    assert [(f.last_name, f.until_day) for f in FormerName.objects.all()] == [
        (n, TODAY + timedelta(days=40)) for n in ("Llewellyn", "Price")
    ]


def test_what_somebody_is_called_leaves_no_former_name(held):
    person = held.enrolment.person
    rename(
        person,
        by=scene.registrar(),
        first_name=person.first_name,
        last_name=person.last_name,
        known_as="Shan",
    )
    assert not FormerName.objects.exists()


@pytest.mark.parametrize("mode", ["everybody", "hub"])
def test_an_earlier_name_never_helps_where_the_entry_is_withheld(held, mode):
    person = held.enrolment.person
    with clock.at(TODAY + timedelta(days=40)):
        where = scene.contact()
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Price")
        withhold(person, "For safety.", by=scene.hub_officer(), mode=mode)
        for asked in (
            {},
            {"by": where, "organisation": where.contacts.get().organisation, "purpose": "work"},
        ):
            assert code(person.imsa_number, "Llewellyn", **asked) == "not_found"
        assert answer_check(person.imsa_number, "Llewellyn").person_id is None


def test_under_a_working_name_a_former_name_that_no_paper_prints_stays_silent(held):
    person = held.enrolment.person
    with clock.at(TODAY + timedelta(days=40)):
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Price")
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Vaughan")
        work_under(person, "Morgan", by=scene.hub_officer())
        assert code(person.imsa_number, "Morgan") == "accredited"
        assert (
            code(person.imsa_number, "Price") == code(person.imsa_number, "Vaughan") == "not_found"
        )


def test_contacts_of_the_employer_are_told_to_ask_with_another_name_and_no_name_stands_in_the_mail(
    held,
):
    person, now = held.enrolment.person, scene.contact()
    before = scene.person("Once", "Contact")
    scene.Contact.objects.create(
        person=before, organisation=scene.organisation(), starts_on=TODAY, ends_on=TODAY
    )
    with clock.at(TODAY + timedelta(days=40)):
        rename(person, by=scene.registrar(), first_name="Siân", last_name="Price")
        issue_again(held.enrolment, "name", by=scene.registrar())
        issue_again(held.enrolment, "name", by=scene.registrar())
    [notice] = Notice.objects.filter(subject="The name on a certificate has changed")
    assert notice.person == now and "Price" not in notice.body and "Llewellyn" not in notice.body


def test_nobody_is_told_of_a_new_name_of_somebody_withheld(held):
    scene.contact()
    with clock.at(TODAY + timedelta(days=40)):
        withhold(held.enrolment.person, "For safety.", by=scene.hub_officer())
        rename(held.enrolment.person, by=scene.registrar(), first_name="Siân", last_name="Price")
        issue_again(held.enrolment, "name", by=scene.registrar())
    assert not Notice.objects.filter(subject="The name on a certificate has changed").exists()


# ---- what is typed and pasted ----


def test_what_is_pasted_with_unseen_characters_is_read(held):
    lines = [
        line.partition("#")[0]
        for line in (CASES / "check-pasted-unseen.txt").read_text().splitlines()[1:]
    ]
    assert lines
    with clock.at(TODAY + timedelta(days=1)):
        for line in lines:
            number, name = (
                line.replace("C-TS26-44Q5", held.number).replace("Nguyen", "Llewellyn").split("|")
            )
            assert code(number.strip(" "), name.strip(" ")) == "accredited"


def test_full_names_in_a_column_called_name_and_columns_that_changed_places_are_understood(held):
    with clock.at(TODAY + timedelta(days=1)):
        text = (CASES / "list-full-names-in-name-column.csv").read_text()
        text = re.sub(r"C-TS26-44Q5,.*", f"{held.number},Siân Llewellyn", text)
        [first, _] = filed(text.encode(), clock.today())
        [turned] = pasted(f"Llewellyn, {held.number}", clock.today())
        [free] = pasted(f"{held.number} Siân Llewellyn", clock.today())
        [split, _] = filed(
            f"Name,Surname,IMSA no\nSiân,Llewellyn,{held.number}\nX,Y,{held.number}\n".encode(),
            clock.today(),
        )
        for line in (first, turned, free, split):
            assert (
                not line.fault and asking.look_up([line.question])[0].standing.code == "accredited"
            )


# ---- what is printed ----


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "Family name for checks: Llewellyn"), ("cy", "Cyfenw ar gyfer gwirio: Llewellyn")],
)
def test_the_name_to_type_is_printed_and_an_older_certificate_is_as_it_was(held, language, line):
    facts = {**held.facts, "language": language, "said": {**held.facts["said"], "to_check": line}}
    assert line in pdf.text_of(drawing.draw(facts))
    old = {**held.facts, "said": {k: v for k, v in held.facts["said"].items() if k != "to_check"}}
    assert "for checks" not in pdf.text_of(drawing.draw(old))
    assert held.facts["said"]["to_check"] == "Family name for checks: Llewellyn"


def test_names_that_would_not_print_are_refused_by_name_at_issue(db):
    for name in (CASES / "names-letters-with-two-marks.txt").read_text().split("\n"):
        if name.strip():
            with pytest.raises(Refused, match="no letter “.[\u0300-\u036f]”"):
                scene.certified("Ann", name.strip())
    assert not Certificate.objects.exists()


def test_a_name_wider_than_the_page_is_set_smaller_or_refused(db):
    name = (CASES / "name-wider-than-the-page.txt").read_text().strip()
    assert pdf.width_of(name, drawing.NAME_FONT) * drawing.name_size(name) <= drawing.NAME_WIDTH
    assert drawing.name_size("Siân Llewellyn") == 52
    with pytest.raises(Refused, match="wider than the page"):
        scene.certified("Ann", "W" * 120)
    assert not Certificate.objects.exists()


# ---- a token as it is handed on ----


def wrapped(token, end="\r\n", before=""):
    return end.join(before + token[i : i + 76] for i in range(0, len(token), 76))


@pytest.mark.parametrize(
    "handed_on",
    [
        wrapped,
        lambda t: wrapped(t, "\n", "> "),
        lambda t: "\ufeff" + t,
        lambda t: f"“{t}”.",
        lambda t: f"<{t}>",
        lambda t: "\u200b" + t[:50] + "\u200b" + t[50:],
        lambda t: f"\n  {t} ,\n",
    ],
)
@pytest.mark.parametrize("kind", ["accreditation", "award", "receipt"])
def test_a_token_that_was_wrapped_or_marked_is_genuine_in_a_file_and_pasted(
    held, client, handed_on, kind
):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from certificates.signing.keys import credential_key
    from certificates.signing.receipts import receipt_of

    with clock.at(TODAY + timedelta(days=1)):
        if kind == "receipt":
            token, address, field, words = (
                receipt_of(answer_check(held.number, "Llewellyn"), credential_key()),
                "/receipts/",
                "pasted",
                "Llewellyn",
            )
        else:
            token, address, field, words = (
                held.credentials.get(kind=kind).token,
                "/certificates/verify/",
                "text",
                "We issued this credential",
            )
        text = handed_on(token)
        for given in ({field: text}, {"file": SimpleUploadedFile("t.jwt", text.encode())}):
            assert words in client.post(address, given, follow=True).content.decode(), given
        spoilt = handed_on(token[:-30] + ("A" * 30))
        assert words not in client.post(address, {field: spoilt}, follow=True).content.decode()


def test_a_number_without_a_digit_is_a_number_where_the_columns_changed_places():
    [turned] = pasted("Llewellyn, C-YRSP-WBED", TODAY)
    assert (turned.number, turned.surname, turned.fault) == ("C-YRSP-WBED", "Llewellyn", "")
    [named] = pasted("C-YRSP-WBED, Crawshaw-Webb", TODAY)
    assert (named.number, named.surname) == ("C-YRSP-WBED", "Crawshaw-Webb")
