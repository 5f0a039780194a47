"""Issuing once and only rightly, again when it must be; and a database that refuses to change what was issued."""

import io
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from assessments.deciding.actions.transcripts import issue_transcript
from assessments.deciding.downloads import transcript_pdf
from assessments.deciding.models import BoardDecision
from certificates.actions import answer_check, issue, issue_again, revoke
from certificates.models import (
    Certificate,
    Check,
    Credential,
    Renewal,
    Revocation,
    Sanction,
    StatusList,
)
from certificates.queries import awaiting_issue, to_issue_again
from certificates.signing import pdf
from cohorts.enrolment.models import Enrolment
from courses.models import Module, StudyPlan
from lms.kit import clock, files
from lms.kit.pdf import fonts_in, text_of
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.people.roles import Operator
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    with clock.at(TODAY):
        yield TODAY


def unchanged(before):
    return (
        Certificate.objects.count(),
        Sanction.objects.count(),
        Entry.objects.count(),
        Notice.objects.count(),
    ) == before


def counted():
    return (
        Certificate.objects.count(),
        Sanction.objects.count(),
        Entry.objects.count(),
        Notice.objects.count(),
    )


class TestIssue:
    def test_the_certificate_rests_on_the_register_and_its_file_is_what_it_says(self, today):
        enrolment, by = scene.ready(nations=("england", "scotland")), scene.registrar()
        made = issue(enrolment, by=by)
        assert made.nations == ["england", "scotland"] and made.facts["nations"] == [
            "England",
            "Scotland",
        ]
        assert made.register_line.employment.person_id == enrolment.person_id
        assert (
            made.register_answer["organisation"] == "HARBOUR"
            and made.register_answer["asked_by"] == by.record_label
        )
        assert (
            made.facts["valid_until"] == made.valid_until.isoformat() == "2029-07-19"
            and made.facts["demonstration"] is True
        )
        kept = files.read(made.file)
        assert files.sha256(kept) == made.sha256 and pdf.verify(kept).holds
        assert all(embedded for _, embedded in fonts_in(kept))
        text = " ".join(text_of(kept).split())
        for words in (
            "Siân Llewellyn",
            made.number,
            "England and Scotland",
            "not a statutory registration",
            "DEMONSTRATION",
        ):
            assert words in text
        assert (
            Notice.objects.filter(
                person=enrolment.person, subject="Your certificate is issued"
            ).count()
            == 1
        )
        entry = Entry.objects.get(action="certificates.issue")
        assert entry.after == {
            "number": made.number,
            "sha256": made.sha256,
            "why": "first",
        } and "Llewellyn" not in str(entry.__dict__)

    def test_it_rests_on_the_post_that_counts_and_not_on_an_earlier_one(self, today):
        """The earlier post is at an organisation that lost its approval; a third one ended."""
        enrolment = scene.ready(where=scene.organisation("LOST", "Lost House"))
        scene.decide(scene.organisation("LOST"), "ended", TODAY - timedelta(days=30))
        scene.employ(
            enrolment.person,
            scene.organisation("PAST", "Past House"),
            starts_on=date(2025, 9, 2),
            ends_on=TODAY - timedelta(days=5),
        )
        counts = scene.employ(
            enrolment.person,
            scene.organisation("MILL", "Mill House"),
            starts_on=TODAY - timedelta(days=3),
        )
        made = issue(enrolment, by=scene.registrar())
        assert (
            made.register_line == counts
            and made.register_answer["organisation"] == "MILL"
            and made.register_answer["line"] == counts.pk
        )

    def test_a_nation_added_after_a_renewal_keeps_the_renewed_last_day(self, today, client):
        enrolment, by = scene.ready(), scene.registrar()
        held = issue(enrolment, by=by)
        granted = date(2032, 7, 19)
        with clock.at(date(2029, 6, 1)):
            Renewal.objects.create(
                enrolment=enrolment,
                term_ends_on=held.valid_until,
                state="granted",
                asked_at=clock.now(),
                decided_at=clock.now(),
                granted_until=granted,
                rules={},
            )
            StudyPlan.objects.update(nations=["england", "scotland"])
            scene.study(enrolment.person, ["scotland"])
            page = (
                scene.sign_in(client, by).get(f"/registry/issue/{enrolment.pk}/").content.decode()
            )
            assert "Monday 19 July 2032" in page and "19 July 2029" not in page, (
                "the preview says the day that is printed"
            )
            wider = issue(Enrolment.objects.get(pk=enrolment.pk), by=by)
        assert (wider.nations, wider.valid_until, wider.why) == (
            ["england", "scotland"],
            granted,
            "nations",
        )

    def test_a_second_press_and_a_second_person_get_the_same_one(self, today):
        enrolment = scene.ready()
        first = issue(enrolment, by=scene.registrar())
        before = counted()
        assert issue(enrolment, by=scene.registrar()).pk == first.pk
        assert issue(enrolment, by=Operator("issue_certificates")).pk == first.pk
        assert unchanged(before)

    @pytest.mark.parametrize(
        "role",
        [
            Role.LEARNER,
            Role.TUTOR,
            Role.HUB_OFFICER,
            Role.EMPLOYER,
            Role.EXTERNAL_EXAMINER,
            Role.AUTHOR,
        ],
    )
    def test_only_a_registrar(self, today, role):
        enrolment, by, before = scene.ready(), scene.person("A", "B", role), counted()
        with pytest.raises(NotAllowed):
            issue(enrolment, by=by)
        assert unchanged(before)

    def test_nobody_issues_their_own(self, today):
        enrolment = scene.ready()
        scene.RoleGrant.objects.create(
            person=enrolment.person, role=Role.REGISTRAR, starts_on=date(2025, 1, 1), granted_by="t"
        )
        before = counted()
        with pytest.raises(NotAllowed, match="their own certificate"):
            issue(enrolment, by=enrolment.person)
        assert unchanged(before)

    def test_a_refusal_says_every_reason_and_changes_nothing(self, today):
        who = scene.person()
        enrolment, by = scene.enrol(who, ("scotland",)), scene.registrar()
        before = counted()
        with pytest.raises(Refused) as refused:
            issue(enrolment, by=by)
        for words in (
            "not conferred the award",
            "Scotland: 2 units",
            "no post on the employment register",
        ):
            assert words in str(refused.value)
        assert unchanged(before) and not who.imsa_number

    def test_a_post_that_ended_yesterday_refuses_it(self, today):
        enrolment = scene.ready()
        scene.end(enrolment.person.employments.get().lines.get(), TODAY - timedelta(days=1))
        before = counted()
        with pytest.raises(Refused, match="ended on Sunday 19 July 2026"):
            issue(enrolment, by=scene.registrar())
        assert (Certificate.objects.count(), Notice.objects.count()) == (before[0], before[3])

    def test_a_letter_that_would_print_as_a_blank_refuses_it(self, today):
        enrolment = scene.ready("سارة", "Haddad")
        with pytest.raises(Refused, match="has no letter"):
            issue(enrolment, by=scene.registrar())
        assert (
            not Certificate.objects.exists()
            and not Entry.objects.filter(action="people.give_number").exists()
        )

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            ("Siân", "O’Brien"),
            ("Mòrag", "NicDhòmhnaill"),
            ("Júlia", "Tomás"),
            ("Łukasz", "Zieliński"),
            ("Linh", "Nguyễn"),
            ("Ọlábísí", "Ħaġar"),
            ("", "Suharto"),
            ("Anne-Marie", "Wolfeschlegelsteinhausenbergerdorffianosx"),
        ],
    )
    def test_every_name_prints_whole_on_one_page(self, today, first, last):
        made = issue(scene.ready(first, last), by=scene.registrar())
        kept = files.read(made.file)
        assert " ".join(f"{first} {last}".split()) in " ".join(text_of(kept).split())
        from pypdf import PdfReader

        assert len(PdfReader(files.open_kept(made.file)).pages) == 1

    def test_a_decomposed_name_prints_composed(self, today):
        import unicodedata

        made = issue(
            scene.ready(unicodedata.normalize("NFD", "Siân"), "Jones"), by=scene.registrar()
        )
        assert made.facts["name"] == "Siân Jones"


class TestAgain:
    @pytest.fixture
    def held(self, today):
        return issue(scene.ready(nations=("england",)), by=scene.registrar())

    def test_a_new_name_is_printed_and_the_former_one_is_nowhere_in_the_new_file(self, held):
        person = held.enrolment.person
        person.last_name = "Jones"
        person.save()
        new = issue_again(held.enrolment, "name", by=scene.registrar())
        kept = files.read(new.file)
        assert (
            new.supersedes == held
            and new.number != held.number
            and new.valid_until == held.valid_until
        )
        assert (
            "Jones" in text_of(kept)
            and "Llewellyn" not in text_of(kept)
            and "Llewellyn" not in str(new.facts)
        )
        assert all(b"Llewellyn" not in c for c in pdf.attachments_in(kept).values())
        assert (
            Certificate.objects.current().get() == new
            and files.sha256(files.read(held.file)) == held.sha256
        )
        # Whoever has the old certificate has the former name, and nobody else learns it.
        assert answer_check(held.number, "Llewellyn").answer["code"] == "accredited"
        assert answer_check(new.number, "Llewellyn").answer["code"] == "not_found"
        assert (
            answer_check(person.imsa_number, "Llewellyn").answer["code"] == "accredited"
        )  # both numbers stand on the old paper
        assert issue_again(held.enrolment, "name", by=scene.registrar()) == new

    def test_no_new_name_no_new_certificate(self, held):
        before, by = counted(), scene.registrar()
        with pytest.raises(Refused, match="name that is on file"):
            issue_again(held.enrolment, "name", by=by)
        assert unchanged(before)

    def test_a_nation_that_joined_makes_a_wider_one_to_the_same_day(self, held):
        enrolment = held.enrolment
        enrolment.plan.nations = ["england", "scotland"]
        enrolment.plan.save()
        by, before = scene.registrar(), Certificate.objects.count()
        with pytest.raises(Refused, match="Scotland: 1 unit is still to be studied"):
            issue(enrolment, by=by)
        assert Certificate.objects.count() == before
        scene.study(enrolment.person, ("scotland",))
        with clock.at(TODAY + timedelta(days=90)):
            new = issue(enrolment, by=by)
            assert (new.nations, new.why, new.valid_until, new.supersedes) == (
                ["england", "scotland"],
                "nations",
                held.valid_until,
                held,
            )
            assert issue(enrolment, by=by) == new

    def test_in_welsh_once_a_day_and_with_the_award_credential_there_is(self, held):
        new = issue_again(held.enrolment, "again", by=scene.registrar(), language="cy")
        assert (
            "Mae hyn yn tystio bod" in " ".join(text_of(files.read(new.file)).split())
            and new.facts["language"] == "cy"
        )
        assert issue_again(held.enrolment, "again", by=scene.registrar(), language="cy") == new
        assert (
            Credential.objects.filter(kind="award").count() == 1
            and Credential.objects.filter(kind="accreditation").count() == 2
        )
        assert (
            pdf.attachments_in(files.read(new.file))["imsa-award.jwt"].decode()
            == Credential.objects.get(kind="award").token
        )

    def test_not_while_suspended_and_not_by_anybody_else(self, held):
        scene.sanctioned(held.enrolment, "suspended")
        before, by, hub = counted(), scene.registrar(), scene.hub_officer()
        with pytest.raises(Refused, match="only while the accreditation stands"):
            issue_again(held.enrolment, "again", by=by)
        with pytest.raises(NotAllowed):
            issue_again(held.enrolment, "again", by=hub)
        assert unchanged(before)

    def test_an_award_credential_is_revoked_once_and_the_hub_is_told(self, held):
        by, hub = scene.registrar(), scene.hub_officer()
        award, accreditation = (
            Credential.objects.get(kind="award"),
            Credential.objects.get(kind="accreditation"),
        )
        with pytest.raises(Refused, match="suspended or withdrawn by the Hub"):
            revoke(accreditation, "x", by=by)
        with pytest.raises(NotAllowed):
            revoke(award, "x", by=hub)
        assert not Revocation.objects.exists()
        first = revoke(award, "The University rescinded it.", by=by)
        assert (
            revoke(award, "Again.", by=by) == first
            and Notice.objects.filter(person=hub, subject="An award was rescinded").count() == 1
        )
        from certificates.signing.open_badges import decoded, is_set, read_token

        bits = decoded(
            read_token(StatusList.objects.get(pk=award.status_list_id).token).claims[
                "credentialSubject"
            ]["encodedList"]
        )
        assert is_set(bits, award.status_index) and sum(bits) == 128 >> award.status_index % 8
        assert not Entry.objects.filter(after__icontains="University rescinded").exists()

    def test_a_transcript_after_it_says_that_the_award_was_rescinded(self, held):
        enrolment, by = held.enrolment, scene.registrar()
        BoardDecision.objects.create(
            board=enrolment.award.board,
            enrolment=enrolment,
            module=Module.objects.filter(programme=enrolment.cohort.programme).first(),
            mark=60,
            is_pass=True,
        )
        one = issue_transcript(enrolment, by=enrolment.person)
        revoke(Credential.objects.get(kind="award"), "The University rescinded it.", by=by)
        two = issue_transcript(enrolment, by=enrolment.person)
        assert (one.content["award"]["is_rescinded"], two.number) == (False, 2)
        assert two.content["award"]["is_rescinded"]
        words = [
            " ".join(page.extract_text() for page in PdfReader(io.BytesIO(transcript_pdf(x))).pages)
            for x in (one, two)
        ]
        assert ["rescinded it since" in text for text in words] == [False, True]

    def test_a_rescinded_award_is_not_signed_again_and_a_mistake_is_once(self, held):
        by = scene.registrar()
        revoke(Credential.objects.get(kind="award"), "The University rescinded it.", by=by)
        before = counted()
        with pytest.raises(Refused, match="rescinded this award"):
            issue_again(held.enrolment, "again", by=by)
        StudyPlan.objects.update(nations=["england", "scotland"])
        scene.study(held.enrolment.person, ["scotland"])
        with pytest.raises(Refused, match="rescinded this award"):
            issue(held.enrolment, by=by)
        assert unchanged(before)

    def test_a_rescission_can_follow_a_mistake_and_then_nothing_is_signed(self, held):
        by, hub, award = (
            scene.registrar(),
            scene.hub_officer(),
            Credential.objects.get(kind="award"),
        )
        revoke(award, "A slip.", by=by, why="mistake")
        revoke(award, "The University rescinded it.", by=by)
        assert revoke(award, "Again.", by=by).why == "rescinded" and Revocation.objects.count() == 2
        assert (
            Notice.objects.filter(
                person=hub,
                subject__in=["An award credential was revoked", "An award was rescinded"],
            ).count()
            == 2
        )
        held.enrolment.person.last_name = "Price"
        held.enrolment.person.save()
        before = counted()
        with pytest.raises(Refused, match="rescinded this award"):
            issue_again(held.enrolment, "name", by=by)
        assert unchanged(before) and to_issue_again() == [] and awaiting_issue() == []

    def test_while_a_renewal_is_decided_after_the_term_nothing_is_printed_with_a_day_that_is_over(
        self, held
    ):
        person, by, day = (
            held.enrolment.person,
            scene.registrar(),
            held.valid_until + timedelta(days=10),
        )
        Renewal.objects.create(
            enrolment=held.enrolment,
            term_ends_on=held.valid_until,
            state="asked",
            asked_at=scene.at(held.valid_until),
            rules={"progress_months": 3},
        )
        person.last_name = "Price"
        person.save()
        with clock.at(day):
            assert answer_check(held.number, "Llewellyn").answer["code"] == "renewal_in_progress"
            before = counted()
            with pytest.raises(Refused, match="Issue the certificate when it is granted"):
                issue_again(held.enrolment, "name", by=by)
            assert unchanged(before) and to_issue_again() == []

    def test_of_two_cohorts_the_newer_certificate_is_the_one_that_is_replaced(self, held):
        by, person, day = (
            scene.registrar(),
            held.enrolment.person,
            held.valid_until + timedelta(days=30),
        )
        other = scene.cohort_of("TEST-29")
        StudyPlan.objects.update(closed_on=day - timedelta(days=400))
        plan = StudyPlan.objects.create(
            person=person,
            programme=other.programme,
            nations=["england"],
            opened_on=day - timedelta(days=300),
        )
        second = Enrolment.objects.create(
            cohort=other,
            person=person,
            plan=plan,
            student_reference="S-29",
            enrolled_on=day - timedelta(days=300),
        )
        scene.hand_in(second, day - timedelta(days=20))
        scene.award(second, day - timedelta(days=5))
        with clock.at(day):
            newer = issue(second, by=by)
        with clock.at(day + timedelta(days=1)):
            before = counted()
            with pytest.raises(Refused, match="is newer and speaks for this person"):
                issue_again(held.enrolment, "again", by=by)
            assert unchanged(before)
            person.last_name = "Price"
            person.save()
            assert [a.certificate for a in to_issue_again()] == [newer]

    def test_after_a_mistake_the_next_certificate_carries_a_new_award_credential(self, held):
        by, wrong = scene.registrar(), Credential.objects.get(kind="award")
        revoke(wrong, "It was signed for someone else.", by=by, why="mistake")
        newer = issue_again(held.enrolment, "again", by=by)
        right = newer.credentials.get(kind="award")
        assert right != wrong and not right.revocations.exists() and Revocation.objects.count() == 1
        with clock.at(scene.TODAY + timedelta(days=1)):
            issue_again(held.enrolment, "again", by=by)
        assert Credential.objects.filter(kind="award").count() == 2


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_registrars_at_once_make_one_certificate():
    with clock.at(TODAY):
        enrolment = scene.ready()
        registrars = [scene.registrar(), scene.registrar()]
    start, made, faults = Barrier(2), [], []

    def press(by):
        try:
            start.wait()
            with clock.at(TODAY):
                made.append(issue(enrolment, by=by).pk)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=press, args=(by,)) for by in registrars]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert faults == [] and len(set(made)) == 1 and Certificate.objects.count() == 1
    assert Entry.objects.filter(action="certificates.issue").count() == 1
    assert Notice.objects.filter(subject="Your certificate is issued").count() == 1


@pytest.mark.both_engines
@pytest.mark.parametrize("change", ["nations", "facts", "sha256"])
def test_the_database_refuses_to_change_a_certificate(change):
    made = scene.certified()
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=made.pk).update(
            **{change: {"nations": ["wales"], "facts": {}, "sha256": "0" * 64}[change]}
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=made.pk)._raw_delete("default")
    with pytest.raises(TypeError):
        made.save()
    assert Certificate.objects.get(pk=made.pk).nations == ["england"]


@pytest.mark.both_engines
def test_the_database_refuses_to_change_decisions_and_answers():
    made = scene.certified()
    with clock.at(TODAY):
        scene.sanctioned(made.enrolment, "suspended")
        answer_check(made.number, "Llewellyn")
    for model, change in (
        (Sanction, {"kind": "restored"}),
        (Check, {"asked_surname": "Other"}),
        (Credential, {"token": "x"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_awaiting_issue_names_the_reasons_and_asks_a_fixed_number_of_questions(
    django_assert_num_queries, today
):
    scene.ready("A", "Ready")
    blocked = scene.ready("B", "Blocked")
    scene.end(blocked.person.employments.get().lines.get(), TODAY - timedelta(days=3))
    awaiting_issue()  # the outline of the courses is kept
    with django_assert_num_queries(2):
        few = awaiting_issue()
    assert [(w.enrolment.person.last_name, bool(w.reasons)) for w in few] == [
        ("Blocked", True),
        ("Ready", False),
    ]
    for n in range(5):
        scene.ready("N", f"More{n}")
    cohort = scene.cohort()
    with django_assert_num_queries(2):
        assert len(awaiting_issue(cohort)) == 7
    issue(scene.Enrolment.objects.get(person__last_name="Ready"), by=scene.registrar())
    assert "Ready" not in [w.enrolment.person.last_name for w in awaiting_issue()]
