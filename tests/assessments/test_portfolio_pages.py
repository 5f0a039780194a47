"""The pages of a portfolio: written, confirmed, handed in as a file without a name, and set by whoever leads the module."""

import pytest
from django.db import transaction
from django.test import Client

from assessments.attempts.actions import open_next
from assessments.attempts.models import Cap
from assessments.portfolio.actions.entries import correct_entry, withdraw_entry
from assessments.portfolio.actions.handing import hand_in_portfolio, make_file
from assessments.portfolio.actions.signing import take_back
from assessments.portfolio.content import NAME_LEFT_OUT, without_names
from assessments.portfolio.models import PortfolioEntry, PortfolioFile, SignOff
from assessments.setting.actions.versions import (
    approve_in,
    edit_version,
    lock_version,
    make_assessment,
    start_version,
)
from assessments.setting.models import Assessment, AssessmentVersion
from assessments.taking.models import Handing, Submission
from lms.kit import files, pdf
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice

from .portfolios import WITNESS, WORKPLACE, Practice, by_link
from .scene import DAY, OP, TELLTALES, in_days, sign_in

pytestmark = pytest.mark.django_db
HERE = "/my-work/T2-LOG/"
NAMES = [*TELLTALES, "Perpetua", "Vandersluys", "Ostrogoth", "Wilhelmina", WORKPLACE, "Solicitor"]


@pytest.fixture
def practice(scene):
    return Practice(scene)


@pytest.fixture
def trainee(practice):
    return sign_in(Client(), practice.trainee)


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def make(practice):
    return make_file(*practice.about, "", by=practice.trainee)


def hand_in(practice, sha256):
    return hand_in_portfolio(*practice.about, sha256, by=practice.trainee)


# ---- pages ----


@pytest.mark.both_engines
def test_a_portfolio_is_filled_on_its_pages_without_scripts(practice, trainee, scene):
    assert "3 hours of practice" in page(trainee, HERE)
    form = page(trainee, f"{HERE}entries/new/?kind=practice")
    assert "Do not name a survivor" in form
    sent = {"kind": "practice", "client_key": "k1", "day": "2026-11-20", "hours": "1.5"}
    sent |= {"activity": "direct", "text": "I went along to the council."}
    url = f"{HERE}entries/new/"
    for value in ("1.3", "0", "25", "much"):
        answer = trainee.post(url, sent | {"hours": value})
        assert answer.status_code == 422 and "I went along" in answer.content.decode()
    assert not PortfolioEntry.objects.exists()
    assert trainee.post(url, sent).status_code == 302
    assert trainee.post(url, sent).status_code == 302  # the same form again
    assert PortfolioEntry.objects.count() == 1
    other = trainee.post(url, sent | {"text": "Other words."})
    assert other.status_code == 422
    assert "Open it to correct it" in (text := other.content.decode()) and "Other words." in text
    guarded = trainee.post(url, sent | {"client_key": "k2", "text": "I met Blessing Okafor."})
    assert guarded.status_code == 422 and "I met Blessing Okafor." in guarded.content.decode()
    assert "1.5 of 3" in page(trainee, HERE)
    sent = {"seen": "1", "day": "2026-11-19", "hours": "2", "activity": "direct", "text": "Two."}
    assert trainee.post(f"{HERE}entries/1/", sent).status_code == 302
    shown = page(trainee, f"{HERE}entries/1/")
    assert "I went along to the council." in shown and "Two." in shown
    stale = trainee.post(f"{HERE}entries/1/", sent | {"text": "From an old page."})
    assert stale.status_code == 422 and "From an old page." in stale.content.decode()
    item = page(trainee, f"{HERE}items/meeting/")
    assert "Email address of the witness" in item
    wrong = trainee.post(
        f"{HERE}items/meeting/", {"action": "ask", "name": "W", "email": "no", "entries": ["1"]}
    )
    assert wrong.status_code == 422 and 'value="no"' in wrong.content.decode()
    sent = {"action": "ask", "entries": ["1"], **WITNESS}
    answer = trainee.post(f"{HERE}items/meeting/", sent, follow=True)
    assert answer.content.decode().count(WITNESS["email"]) == 2, "in the message and on the page"
    link = answer.content.decode().partition("/sign-off/")[2].partition("/")[0]
    witness = Client()
    shown = page(witness, f"/sign-off/{link}/")
    assert "Two." in shown and "went along" not in shown
    sent = {"action": "sign", "answer": "no", "name": "W O", "job": "Solicitor", "fingerprint": ""}
    assert "Say why" in witness.post(f"/sign-off/{link}/", sent).content.decode()
    sent |= {"answer": "yes", "fingerprint": SignOff.objects.get().fingerprint}
    assert "Thank you" in witness.post(f"/sign-off/{link}/", sent).content.decode()
    assert witness.get(f"/sign-off/{link}/").status_code == 404
    assert "1 of 2" in page(trainee, HERE)


def test_someone_elses_portfolio_does_not_exist(practice, scene):
    practice.log()
    other = sign_in(Client(), scene.another(1).person)
    for path in ("entries/1/", "check/"):
        assert other.get(f"{HERE}{path}").status_code in (302, 404)
    assert "council" not in other.get(HERE).content.decode()
    assert sign_in(Client(), scene.agnes).get(HERE).status_code == 404


@pytest.mark.both_engines
def test_the_office_sees_who_confirmed_and_no_entry(practice, scene):
    practice.full()
    office = sign_in(Client(), scene.registrar)
    url = f"/registry/portfolios/{practice.enrolment.pk}/"
    shown = page(office, url)
    assert "Perpetua Vandersluys" in shown and "council" not in shown and "listened" not in shown
    signed = SignOff.objects.get(item_key="meeting")
    assert office.post(url, {"sign_off": signed.pk, "reason": ""}).status_code == 422
    assert office.post(url, {"sign_off": signed.pk, "reason": "No such person."}).status_code == 302
    assert SignOff.objects.get(pk=signed.pk).state == "voided"


# ---- handing in ----


def test_nothing_is_handed_in_while_something_is_missing(practice, trainee):
    practice.log()
    with pytest.raises(Refused) as why:
        make(practice)
    assert "1 reflection" in str(why.value) and not PortfolioFile.objects.exists()
    sent = {"action": "make", "is_own": "on", "is_anonymised": "on"}
    assert "still missing" in trainee.post(HERE, sent).content.decode()
    assert not Submission.objects.exists()


def test_a_typed_correction_of_a_withdrawn_entry_stays_on_the_page(practice, trainee):
    withdraw_entry(practice.log(), by=practice.trainee, seen=1)
    sent = {"seen": "1", "day": "2026-11-19", "hours": "2", "activity": "direct", "text": "Two."}
    answer = trainee.post(f"{HERE}entries/1/", sent)
    assert answer.status_code == 422 and "Two." in answer.content.decode()
    assert "This entry is withdrawn" in answer.content.decode()


def test_a_note_is_kept_when_the_file_is_the_same_and_not_asked_for_afterwards(practice, trainee):
    practice.full()
    kept = make(practice)
    sent = {"action": "make", "is_own": "on", "is_anonymised": "on", "note": "A later note."}
    assert trainee.post(HERE, sent)["Location"] == f"{HERE}check/"
    assert (now := Submission.objects.get()).note == "A later note." and now.sha256 == kept.sha256
    assert 'name="note"' in page(trainee, HERE)
    hand_in(practice, kept.sha256)
    shown = page(trainee, HERE)
    assert 'value="make"' in shown and 'name="note"' not in shown


def test_a_name_that_is_left_is_corrected_in_the_portfolio_and_not_on_a_device(scene):
    items = [{"key": "meeting", "title": "Zebedee speaks up", "signer": "witness"}]
    practice = Practice(scene, item=items, may_lack=True)
    practice.log()
    make(practice)
    shown = page(sign_in(Client(), practice.trainee), f"{HERE}check/")
    assert "Your name is still in your file" in shown and "correct it there" in shown
    assert "Remove it on your device" not in shown


@pytest.mark.both_engines
def test_a_portfolio_is_looked_at_and_handed_in_as_one_file(practice, trainee):
    practice.full()
    assert "nothing is missing" not in page(trainee, HERE)
    sent = {"action": "make", "is_own": "on", "is_anonymised": "on", "note": "For the office."}
    assert trainee.post(HERE, sent)["Location"] == f"{HERE}check/"
    kept = Submission.objects.get()
    assert "as your markers will read it" in page(trainee, f"{HERE}check/")
    sent = {"action": "hand_in", "fingerprint": kept.sha256, "is_own": "on", "is_anonymised": "on"}
    assert "receipts" in trainee.post(HERE, sent)["Location"]
    assert "receipts" in trainee.post(HERE, sent)["Location"]  # pressed twice
    assert Handing.objects.count() == 1
    shown = page(trainee, HERE)
    assert kept.receipt in shown
    read = pdf.text_of(files.read(kept.copy))
    assert "I wrote to the council." in read and "I listened more than I spoke." in read
    assert "Confirmed by a workplace supervisor on" in read and "Confirmed by a witness" in read


def test_a_file_can_lack_something_where_the_version_says_so(scene):
    practice = Practice(scene, may_lack=True)
    practice.log()
    kept = make(practice)
    assert "1 reflection" in pdf.text_of(files.read(kept.copy))
    shown = page(sign_in(Client(), practice.trainee), f"{HERE}check/")
    assert "This is still missing" in shown and "1 reflection" in shown
    assert hand_in(practice, kept.sha256).state == "submitted"


def test_a_file_of_an_earlier_state_is_not_handed_in(practice):
    practice.full()
    kept = make(practice)
    assert make(practice).sha256 == kept.sha256  # nothing changed: the same file
    entry = PortfolioEntry.objects.get(number=3)
    correct_entry(entry, by=practice.trainee, seen=1, day=DAY, text="I thought again.")
    with pytest.raises(Refused):
        hand_in(practice, kept.sha256)
    assert Submission.objects.get().state == "draft"
    assert hand_in(practice, make(practice).sha256).state == "submitted"


def test_a_confirmation_withdrawn_before_it_is_handed_in_is_missing(practice):
    practice.full()
    kept = make(practice)
    take_back(SignOff.objects.get(item_key="referral"), "Not me.", by=practice.boss)
    with pytest.raises(Refused):
        hand_in(practice, kept.sha256)
    assert Submission.objects.get().state == "draft"


def test_a_confirmation_withdrawn_afterwards_is_told_to_the_office(practice, scene):
    practice.full()
    handed = hand_in(practice, make(practice).sha256)
    Notice.objects.all().delete()
    take_back(SignOff.objects.get(item_key="referral"), "Not me.", by=practice.boss)
    notice = Notice.objects.get(person=scene.registrar)
    assert handed.receipt in notice.subject and "Quuxington" not in notice.body


def test_a_confirmation_that_a_correction_ends_is_told_to_the_office_and_on_the_page(
    practice, scene, trainee
):
    scene.due(practice.piece)
    practice.full()
    handed = hand_in(practice, make(practice).sha256)
    Notice.objects.all().delete()
    assert "What you handed in is older" not in page(trainee, HERE)
    about = {"day": DAY, "quarters": 8, "activity": "direct", "text": "I wrote twice."}
    correct_entry(PortfolioEntry.objects.get(number=1), by=practice.trainee, seen=1, **about)
    notice = Notice.objects.get(person=scene.registrar)
    assert handed.receipt in notice.subject and "changed an entry" in notice.body
    assert "Quuxington" not in notice.body
    assert "What you handed in is older" in page(trainee, HERE)


def test_what_is_marked_stands(practice, scene):
    practice.full()
    handed = scene.mark(hand_in(practice, make(practice).sha256), 60, 60)
    assert handed.state == "agreed"
    with pytest.raises(NotAllowed):
        practice.log("later")
    with pytest.raises(NotAllowed):
        make(practice)
    assert PortfolioEntry.objects.count() == 3


def test_practice_stays_practised_when_another_attempt_begins(practice, scene):
    practice.full()
    first = scene.mark(hand_in(practice, make(practice).sha256), 40, 40)
    with pytest.raises(NotAllowed):
        practice.log("later")
    with transaction.atomic():
        open_next(
            [first.attempt], "resit", in_days(60), {first.attempt.assessment_id: Cap(50)}, by=OP
        )
    assert practice.log("later").number == 4
    second = hand_in(practice, make(practice).sha256)
    assert second.pk != first.pk and second.attempt.number == 2
    assert Submission.objects.get(pk=first.pk).sha256 == first.sha256


@pytest.mark.both_engines
def test_a_newer_state_replaces_the_file_until_it_is_due(practice, trainee, scene):
    scene.due(practice.piece)
    practice.full()
    first = hand_in(practice, make(practice).sha256)
    practice.log("more", text="I rang the council again.")
    sent = {"action": "make", "is_own": "on", "is_anonymised": "on"}
    assert trainee.post(HERE, sent)["Location"] == f"{HERE}check/"
    shown = page(trainee, f"{HERE}check/")
    sha256 = shown.partition('name="fingerprint" value="')[2].partition('"')[0]
    sent |= {"action": "hand_in", "fingerprint": sha256}
    assert "receipts" in trainee.post(HERE, sent)["Location"]
    now = Submission.objects.get()
    assert (now.sha256, now.script) == (sha256, first.script) and now.receipt != first.receipt
    assert "I rang the council again." in pdf.text_of(files.read(now.copy))


def test_a_file_of_ones_own_is_no_portfolio(practice, trainee, scene):
    sent = {"action": "hand_in", "is_own": "on", "is_anonymised": "on", "fingerprint": "0" * 64}
    assert trainee.post(HERE, sent).status_code == 409
    assert not Submission.objects.exists()


def test_the_markers_file_names_nobody_and_no_workplace(scene):
    practice = Practice(scene)
    words = (
        f"Zebedee here, at {WORKPLACE} (lanternfish  harbour trust). Perpetua’s advice and "
        "Wilhelmina Ostrogoth’s. zq.unmistakable@author.example, REF-ZQ-998877."
    )
    practice.log("a", text=words, keep_anyway=True)
    practice.log("b"), practice.reflect(text=f"I like {WORKPLACE}.", keep_anyway=True)
    witnessed, secret = practice.ask_witness(1)
    by_link(witnessed, secret)
    from .portfolios import by_boss

    by_boss(practice.ask_boss(1), practice.boss)
    handed = hand_in(practice, make(practice).sha256)
    scene.allocate(handed)
    marker = sign_in(Client(), scene.agnes)
    for url in ("", "file/", "view/"):
        answer = marker.get(f"/marking/{handed.script}/{url}")
        body = answer.getvalue() if answer.streaming else answer.content
        read = pdf.text_of(body) if body.startswith(b"%PDF") else body.decode()
        seen = "".join((read + repr(sorted(answer.items()))).lower().split())
        assert not [name for name in NAMES if "".join(name.lower().split()) in seen], url
    assert NAME_LEFT_OUT.replace(" ", "") in "".join(pdf.text_of(files.read(handed.copy)).split())


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Zoë’s way", "[name left out]’s way"),
        ("ZOE", "[name left out]"),
        ("zoe is a word here", "zoe is a word here"),
        ("o brien - luc and O'Brien-Łuc", "[name left out] and [name left out]"),
        ("Obrienlucas", "Obrienlucas"),
        ("a@b.example wrote", "[name left out] wrote"),
    ],
)
def test_names_are_left_out_however_they_are_written(text, clean):
    assert without_names(text, ["O’Brien-Łuc", "a@b.example"], ["Zoë"]) == clean


def test_a_name_of_several_parts_is_left_out_alone_too():
    text = "O'Brien saw Anne-Marie’s note; anne-marie, Anne and Brien did not."
    clean = "[name left out] saw [name left out]’s note; anne-marie, Anne and Brien did not."
    assert without_names(text, [], ["O’Brien", "Anne-Marie"]) == clean


# ---- setting it ----


@pytest.mark.both_engines
def test_whoever_sets_a_module_writes_a_portfolio_on_its_page(scene):
    client = sign_in(Client(), scene.registrar)
    sent = {"module": scene.two.pk, "kind": "portfolio", "code": "T2-NEW", "title": "New"}
    assert client.post("/registry/assessments/new/", sent | {"weight": 0}).status_code == 302
    url = "/registry/assessments/T2-NEW/1/"
    assert "no hours, no reflections and no items" in page(client, url)
    sent = {
        "action": "save",
        "seen": 0,
        "rows": 1,
        "items": 3,
        "weight": 0,
        "brief": "Practise.",
        "practice_hours": "60",
        "reflections": "4",
        "title-1": "All of it",
        "weight-1": "100",
        "item-title-1": "Makes a referral",
        "item-signer-1": "witness",
        "item-text-3": "An item without a name",
    }
    answer = client.post(url, sent)
    assert answer.status_code == 422 and "An item without a name" in answer.content.decode()
    answer = client.post(url, sent | {"practice_hours": "many"})
    assert 'value="many"' in answer.content.decode()
    assert client.post(url, sent | {"item-text-3": ""}).status_code == 302
    draft = AssessmentVersion.objects.get(assessment__code="T2-NEW")
    assert (draft.practice_hours, draft.reflections, draft.may_lack) == (60, 4, False)
    assert list(draft.items.values_list("key", "title", "signer")) == [
        ("i1", "Makes a referral", "witness")
    ]
    assert "Makes a referral" in page(client, f"{url}preview/")
    approve_in(lock_version(draft), by=OP)
    assert "60" in page(client, url)
    with pytest.raises(Refused):
        edit_version(draft, by=OP, items=[])
    following = start_version(draft, by=scene.registrar)
    assert [item.key for item in following.items.all()] == ["i1"]
    assert following.practice_hours == 60


def test_a_portfolio_that_was_begun_holds_its_version(practice, scene):
    practice.log()
    from assessments.setting.queries import has_work

    assert has_work(practice.piece, scene.cohort)


def test_a_portfolio_that_asks_for_nothing_is_not_approved(scene):
    draft = make_assessment(scene.two, "T2-NONE", "portfolio", "None", weight=0, by=scene.registrar)
    edit_version(
        draft, by=OP, brief="x", criteria=[{"title": "All", "weight": 100, "description": ""}]
    )
    with pytest.raises(Refused):
        approve_in(lock_version(draft), by=OP)
    assert not Assessment.objects.filter(code="T2-NONE").exists()
