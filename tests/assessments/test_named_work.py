"""A piece that is not anonymous: its markers read the author's name at the desk and in their list, and nobody reads more than the author was told."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from assessments.marking import blind
from assessments.marking.actions.allocation import allocate
from assessments.marking.actions.interests import declare_interest
from assessments.marking.models import Allocation
from assessments.setting.actions.loading import keep_assessment
from assessments.setting.actions.sittings import set_sitting
from assessments.setting.actions.versions import approve, edit_version, start_version
from assessments.setting.models import AssessmentVersion, Sitting
from assessments.taking.actions.submissions import keep_file, submit, submit_kept
from assessments.taking.models import Submission
from lms.kit.refusals import Refused
from lms.people.models import Notice

from .scene import ESSAY, OP, pdf, seal, sign_in
from .test_blind import addresses, found_in, read
from .test_versions import newest

NAME = "Zebedee Quuxington"
TALK = {**ESSAY, "code": "T2-TALK", "title": "A recorded talk", "names_author": True}


@pytest.fixture(autouse=True)
def without_the_examiner(settings):
    """`test_papers.py` is about the examiner's word."""
    settings.IMSA_EXAMINER_APPROVES = False


def rows():
    return [list(m.objects.order_by("pk").values_list()) for m in (Submission, Allocation)]


def text(someone, url):
    return sign_in(Client(), someone).get(url).content.decode()


def test_a_trainee_is_told_first_and_says_so_and_markers_read_the_name_there_alone(scene):
    talk = keep_assessment(scene.two, TALK, by=OP)
    about, author = (talk, scene.enrolment), sign_in(Client(), scene.author)
    url = "/my-work/T2-TALK/"
    AssessmentVersion.objects.update(submission_type="either")
    for piece, told in (("T2-TALK", True), ("T1-ESSAY", False)):
        for end in ("", "text/"):
            page = author.get(f"/my-work/{piece}/{end}").content.decode()
            assert ("Your markers see your name" in page) == told
            assert ("Leave your name out" in page) != told

    # Not before they have said that they know, by whichever way it is handed in.
    kept = submit(*about, pdf("talk"), "", by=scene.author)
    assert kept.state == "draft" and not kept.names_author
    before = rows()
    with pytest.raises(Refused, match="see your name"):
        submit_kept(*about, kept.sha256, by=scene.author)
    declared = {"action": "hand_in", "is_anonymised": "on", "is_own": "on"}
    sent = {**declared, "fingerprint": kept.sha256}
    assert author.post(url, sent).status_code == 409 and rows() == before
    page = author.get(f"{url}check/").content.decode()
    assert 'name="knows_of_name"' in page and "Your name is still in your file" not in page
    assert author.post(url, {**sent, "knows_of_name": "on"}).status_code == 302
    named = Submission.objects.get(assessment=talk)
    assert named.names_author and named.state == "submitted"

    essay = scene.hand_in()
    assert not essay.names_author
    for one in (named, essay):
        own = author.get(f"/my-work/receipts/{one.receipt}/").content.decode()
        office = text(scene.registrar, f"/my-work/receipts/{one.receipt}/")
        assert ("the only name your markers see" in own) == (one == essay)
        assert ("The work is anonymous" in office) == (one == essay)
        assert NAME not in office and one.script not in office
    for submission in (named, essay):
        scene.allocate(submission)
    assert "who do not know whose it is" not in author.get(url).content.decode()
    assert "who do not know whose it is" in author.get("/my-work/T1-ESSAY/").content.decode()
    own = Notice.objects.filter(person=scene.author, body__contains="“A recorded talk”").last()
    assert "do not know whose" not in own.body

    # Named at the desk and in the list; of the anonymous piece of the same author nothing is.
    queue = blind.queue_of(scene.agnes).waiting.object_list
    assert {row.script: row.author for row in queue} == {named.script: NAME, essay.script: ""}
    assert blind.script_for(scene.agnes, named.script).author == NAME
    assert blind.script_for(scene.agnes, essay.script).author == ""
    assert all(one.author == "" for one in blind.waiting_of(scene.agnes, "T2-TALK", 5))
    assert NAME in text(scene.agnes, f"/marking/{named.script}/")
    assert text(scene.agnes, "/marking/").count(NAME) in (1, 2)  # its row, and where it is next
    assert not found_in(text(scene.agnes, f"/marking/{essay.script}/").encode())
    seal(Allocation.objects.get(submission=named, marker=scene.agnes), 60)
    assert f"Author: {NAME}" in text(scene.agnes, f"/marking/{named.script}/")
    seal(Allocation.objects.get(submission=named, marker=scene.tomasz), 64)
    board = scene.board(confirmed=False)
    looked = addresses(named.script, board)
    looked["marker"] = [f"/marking/{named.script}/{end}/" for end in ("file", "view", "decline")]
    looked["marker"] += [f"/marking/{essay.script}/{end}/" for end in ("seal", "file", "flag")]
    people = {
        "marker": scene.agnes,
        "examiner": scene.examiner,
        "registrar": scene.registrar,
    }
    for who, urls in looked.items():
        client = sign_in(Client(), people[who])
        for address in urls:
            assert set(found_in(read(client.get(address)))) <= {"REF-ZQ-998877"}, address
    for notice in Notice.objects.exclude(person=scene.author):
        assert not found_in(f"{notice.subject} {notice.body} {notice.url}".encode())


@pytest.mark.both_engines
def test_conflicts_count_and_no_later_version_tells_more_than_was_told(scene):
    talk = keep_assessment(scene.two, TALK, by=OP)
    kept = keep_file(talk, scene.enrolment, pdf("talk"), "", by=scene.author)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=kept.pk).update(names_author=True)
    named = submit_kept(talk, scene.enrolment, kept.sha256, by=scene.author, knows_of_name=True)
    declare_interest(reference="REF-ZQ-998877", by=scene.helen)
    before = rows()
    with pytest.raises(Refused, match="declared an interest"):
        allocate(named, scene.helen, scene.tomasz, by=scene.registrar)
    assert rows() == before

    # Once work is in, its cohort keeps its version; and work keeps what its author was told.
    essay = scene.hand_in()
    draft = start_version(newest(scene.essay), by=scene.registrar)
    edit_version(draft, by=scene.registrar, names_author=True)
    later = approve(draft, by=scene.registrar)
    assert start_version(later, by=scene.registrar).names_author
    with pytest.raises(Refused, match="the version it sits stands"):
        set_sitting(scene.essay, scene.cohort, {}, by=scene.registrar, version=later)
    Sitting.objects.filter(assessment=scene.essay).update(version=later)  # as after a transfer
    again = text(scene.author, "/my-work/T1-ESSAY/")
    assert "Choose another file" in again and "Leave your name out" in again
    scene.allocate(essay)
    assert blind.script_for(scene.agnes, essay.script).author == ""
    assert blind.next_for(scene.agnes).author == ""

    quiz = start_version(newest(scene.quiz), by=scene.registrar)
    with pytest.raises(Refused, match="without names"):
        edit_version(quiz, by=scene.registrar, names_author=True)
    quiz.refresh_from_db()
    assert not quiz.names_author


def test_whoever_sets_it_chooses_and_the_paper_says_which(scene):
    client = sign_in(Client(), scene.registrar)
    client.post("/registry/assessments/T1-ESSAY/", {"action": "start", "from": "1"})
    url = "/registry/assessments/T1-ESSAY/2/"
    sent = {"action": "save", "seen": "0", "weight": "70", "brief": "Talk to us."}
    assert client.post(url, {**sent, "names_author": "on"}).status_code == 302
    assert newest(scene.essay).names_author
    sent |= {"rows": "1", "title-1": "Law", "weight-1": "100", "seen": "1"}  # an older page: not on
    assert client.post(url, sent).status_code == 302 and not newest(scene.essay).names_author
    sent |= {"names_author": "on", "seen": "2"}
    client.post(url, sent)
    page = client.get(f"{url}preview/").content.decode()
    assert "No. Markers see the author’s name." in page
    quiz = client.get("/registry/assessments/T1-QUIZ/1/").content.decode()
    assert "Anonymous marking" not in quiz
