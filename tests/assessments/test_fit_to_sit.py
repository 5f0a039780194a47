"""Where the rules ask it nobody hands in without saying that they are fit to; it is kept in the words that stood there. The receipt is mailed with its fingerprint."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from assessments.cases.actions.claims import make_claim
from assessments.cases.states import ClaimKind
from assessments.setting.actions.rule_sets import choose_rules, set_rules
from assessments.setting.judging import Rules
from assessments.taking.actions.submissions import keep_file, submit, submit_kept
from assessments.taking.models import Handing, Submission
from lms.kit import clock
from lms.kit.refusals import Refused
from lms.people.encryption import decrypt
from lms.people.models import Mail

from .scene import DUE, pdf, sign_in

PAGE = "/my-work/T1-ESSAY/"
WORDS = "I am well enough to hand this in."
DECLARED = {"is_anonymised": "on", "is_own": "on", "action": "hand_in"}


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


def asks(scene, words=WORDS):
    made = set_rules(
        None, clock.today(), Rules(fit_to_sit=words), reason="A decision.", by=scene.registrar
    )
    choose_rules(scene.cohort, made, reason="A decision.", by=scene.registrar)


def test_it_is_asked_at_the_last_press_and_kept_in_its_words(scene):
    about, by = (scene.essay, scene.enrolment), {"by": scene.author}
    asks(scene)
    author = sign_in(Client(), scene.author)
    # A file that is sent without it, or with other words, is kept and not handed in.
    for more in ({}, {"fit_to_sit": "I am well."}):
        sent = author.post(PAGE, {"file": pdf(), "note": "", **DECLARED, **more})
        assert sent["Location"] == f"{PAGE}check/" and not Handing.objects.exists()
    kept = Submission.objects.get()
    check = author.get(f"{PAGE}check/").content.decode()
    assert f'value="{WORDS}" required' in check and "ask for more time" in check
    for more in ({}, {"fit_to_sit": "on"}):
        refused = author.post(PAGE, {"fingerprint": kept.sha256, **DECLARED, **more})
        assert refused.status_code == 409 and WORDS in refused.content.decode()
        with pytest.raises(Refused):
            submit_kept(*about, kept.sha256, **by, **({} if not more else more))
    kept.refresh_from_db()
    assert kept.state == "draft" and not Handing.objects.exists() and not Mail.objects.exists()
    ticked = {"fit_to_sit": WORDS}
    author.post(PAGE, {"fingerprint": kept.sha256, **DECLARED, **ticked})
    handing = Handing.objects.get()
    assert handing.fit_to_sit == WORDS and handing.at == clock.now()
    assert submit_kept(*about, kept.sha256, **by).receipt == handing.receipt, "twice is once"
    assert WORDS in author.get(f"/my-work/receipts/{handing.receipt}/").content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        Handing.objects.update(fit_to_sit="")
    # The office sees it beside a claim about the same piece; markers see nothing of it.
    scene.due(scene.essay, DUE)
    claim = make_claim(*about, ClaimKind.CIRCUMSTANCES, "What happened.", None, by=scene.author)
    office = sign_in(Client(), scene.registrar)
    assert WORDS in office.get(f"/registry/claims/{claim.pk}/").content.decode()
    task = scene.allocate(Submission.objects.get())[0]
    desk = sign_in(Client(), task.marker).get(f"/marking/{kept.script}/").content.decode()
    assert "well enough" not in desk


def test_nothing_is_asked_where_the_rules_do_not_and_a_replacement_is_asked_again(scene):
    scene.due(scene.essay, DUE)
    author = sign_in(Client(), scene.author)
    scene.hand_in()
    assert Handing.objects.get().fit_to_sit == ""
    asks(scene)
    author.post(PAGE, {"file": pdf("two"), **DECLARED, "action": "check"})
    upload = Submission.objects.get().upload
    refused = author.post(PAGE, {"fingerprint": upload.sha256, **DECLARED})
    assert refused.status_code == 409 and Handing.objects.count() == 1
    author.post(PAGE, {"fingerprint": upload.sha256, **DECLARED, "fit_to_sit": WORDS})
    assert [one.fit_to_sit for one in Handing.objects.order_by("number")] == ["", WORDS]


def test_the_rules_say_the_words_on_their_page(scene):
    office = sign_in(Client(), scene.registrar)
    page = office.get("/registry/rules/new/").content.decode()
    assert "Fit-to-sit declaration" in page and "Assumed" in page
    asks(scene)
    assert WORDS in office.get("/registry/rules/").content.decode()


def test_the_receipt_is_mailed_with_its_number_and_the_fingerprint_of_the_file(scene):
    scene.author.is_invented = False  # who has a letter box
    scene.author.save()
    kept = keep_file(scene.essay, scene.enrolment, pdf(), "A private note.", by=scene.author)
    handed = submit_kept(scene.essay, scene.enrolment, kept.sha256, by=scene.author)
    mail = Mail.objects.get(person=scene.author)
    body = decrypt(mail.encrypted_body, "mail")
    assert handed.receipt in body and handed.sha256 in body and handed.receipt not in mail.subject
    for word in (
        scene.essay.title,
        handed.script,
        "private note",
        "quuxington-final-draft",
        "mark ",
    ):
        assert word not in body and word not in mail.subject
    # Handing the same in again tells nobody twice.
    submit(scene.essay, scene.enrolment, pdf(), "", by=scene.author)
    assert Mail.objects.count() == 1
