"""Issuing once and only rightly, deciding, withholding; and a database that refuses to change what was issued."""
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction

from certificates import signing
from certificates.actions import issue, lift_withholding, sanction, withhold
from certificates.facts import sanction_on
from certificates.models import Certificate, Check, Sanction, Withholding
from certificates.queries import awaiting_issue, facts_of
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
    return (Certificate.objects.count(), Sanction.objects.count(), Entry.objects.count(), Notice.objects.count()) == before


def counted():
    return (Certificate.objects.count(), Sanction.objects.count(), Entry.objects.count(), Notice.objects.count())


class TestIssue:
    def test_the_certificate_rests_on_the_register_and_its_file_is_what_it_says(self, today):
        enrolment, by = scene.ready(nations=("england", "scotland")), scene.registrar()
        made = issue(enrolment, by=by)
        assert made.nations == ["england", "scotland"] and made.facts["nations_in_words"] == "England and Scotland"
        assert made.register_line.employment.person_id == enrolment.person_id
        assert made.register_answer["organisation"] == "HARBOUR" and made.register_answer["asked_by"] == by.record_label
        assert made.facts["valid_until"] == "2029-07-19" and made.facts["demonstration"] is True
        kept = files.read(made.file)
        assert files.sha256(kept) == made.sha256 and signing.verify(kept).holds
        assert all(embedded for _, embedded in fonts_in(kept))
        text = " ".join(text_of(kept).split())
        for words in ("Siân Llewellyn", made.number, "England and Scotland", "not a statutory registration", "DEMONSTRATION"):
            assert words in text
        assert Notice.objects.filter(person=enrolment.person, subject="Your certificate is issued").count() == 1
        entry = Entry.objects.get(deed="certificates.issue")
        assert entry.after == {"number": made.number, "sha256": made.sha256} and "Llewellyn" not in str(entry.__dict__)

    def test_a_second_press_and_a_second_person_get_the_same_one(self, today):
        enrolment = scene.ready()
        first = issue(enrolment, by=scene.registrar())
        before = counted()
        assert issue(enrolment, by=scene.registrar()).pk == first.pk
        assert issue(enrolment, by=Operator("issue_certificates")).pk == first.pk
        assert unchanged(before)

    @pytest.mark.parametrize("role", [Role.LEARNER, Role.TUTOR, Role.HUB_OFFICER, Role.EMPLOYER, Role.EXTERNAL_EXAMINER, Role.AUTHOR])
    def test_only_a_registrar(self, today, role):
        enrolment, by, before = scene.ready(), scene.person("A", "B", role), counted()
        with pytest.raises(NotAllowed):
            issue(enrolment, by=by)
        assert unchanged(before)

    def test_nobody_issues_their_own(self, today):
        enrolment = scene.ready()
        scene.RoleGrant.objects.create(person=enrolment.person, role=Role.REGISTRAR, starts_on=date(2025, 1, 1), granted_by="t")
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
        for words in ("not conferred the award", "Scotland: 2 units", "no post on the employment register"):
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
        assert not Certificate.objects.exists() and not Entry.objects.filter(deed="people.give_number").exists()

    @pytest.mark.parametrize(("first", "last"), [
        ("Siân", "O’Brien"), ("Mòrag", "NicDhòmhnaill"), ("Júlia", "Tomás"), ("Łukasz", "Zieliński"), ("Linh", "Nguyễn"),
        ("Ọlábísí", "Ħaġar"), ("", "Suharto"), ("Anne-Marie", "Wolfeschlegelsteinhausenbergerdorffianosx"),
    ])
    def test_every_name_prints_whole_on_one_page(self, today, first, last):
        made = issue(scene.ready(first, last), by=scene.registrar())
        kept = files.read(made.file)
        assert " ".join(f"{first} {last}".split()) in " ".join(text_of(kept).split())
        from pypdf import PdfReader
        assert len(PdfReader(files.open_kept(made.file)).pages) == 1

    def test_a_decomposed_name_prints_composed(self, today):
        import unicodedata

        made = issue(scene.ready(unicodedata.normalize("NFD", "Siân"), "Jones"), by=scene.registrar())
        assert made.facts["name"] == "Siân Jones"


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
    assert Entry.objects.filter(deed="certificates.issue").count() == 1
    assert Notice.objects.filter(subject="Your certificate is issued").count() == 1


@pytest.mark.both_engines
@pytest.mark.parametrize("change", ["nations", "facts", "sha256"])
def test_the_database_refuses_to_change_a_certificate(change):
    made = scene.certified()
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=made.pk).update(**{change: {"nations": ["wales"], "facts": {}, "sha256": "0" * 64}[change]})
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=made.pk)._raw_delete("default")
    with pytest.raises(TypeError):
        made.save()
    assert Certificate.objects.get(pk=made.pk).nations == ["england"]


@pytest.mark.both_engines
def test_the_database_refuses_to_change_decisions_and_answers():
    made, by = scene.certified(), scene.hub_officer()
    with clock.at(TODAY):
        sanction(made.enrolment, "suspended", TODAY, "", "A concern.", by=by)
        from certificates.actions import answer_check
        answer_check(made.number, "Llewellyn")
    for model, change in ((Sanction, {"kind": "restored"}), (Check, {"asked_surname": "Other"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")


class TestDecisions:
    @pytest.fixture
    def held(self):
        return scene.certified().enrolment

    def test_the_person_is_told_what_and_not_why(self, held, today):
        by = scene.hub_officer()
        line = sanction(held, "conditions", TODAY, "  Works with   supervision. ", "Because of a private matter.", by=by)
        assert (line.words, line.reason) == ("Works with supervision.", "Because of a private matter.")
        notice = Notice.objects.get(subject="Your accreditation has conditions")
        assert "Works with supervision." in notice.body and "private" not in notice.body
        assert not Entry.objects.filter(reason__contains="private").exists()

    def test_the_same_decision_twice_is_one_line(self, held, today):
        by = scene.hub_officer()
        first = sanction(held, "suspended", TODAY, "", "A concern.", by=by)
        before = counted()
        assert sanction(held, "suspended", TODAY, "", "A concern.", by=scene.hub_officer()).pk == first.pk
        assert Sanction.objects.count() == before[1] and Notice.objects.count() == before[3]

    @pytest.mark.parametrize("role", [Role.LEARNER, Role.TUTOR, Role.REGISTRAR, Role.EMPLOYER])
    def test_only_the_hub(self, held, today, role):
        by, before = scene.person("A", "B", role), counted()
        for deed in (
            lambda: sanction(held, "suspended", TODAY, "", "x", by=by), lambda: withhold(held.person, "x", by=by),
            lambda: lift_withholding(held.person, "x", by=by),
        ):
            with pytest.raises(NotAllowed):
                deed()
        assert unchanged(before) and not Withholding.objects.exists()

    @pytest.mark.parametrize(("kind", "day", "words", "reason", "said"), [
        ("suspended", TODAY, "", "  ", "Write down why"),
        ("conditions", TODAY, " ", "x", "Write the conditions"),
        ("conditions", TODAY, "x" * 301, "x", "longer than 300"),
        ("suspended", TODAY - timedelta(days=1), "", "x", "from the day it is recorded"),
        ("restored", TODAY, "", "x", "nothing to restore"),
    ])
    def test_refusals_change_nothing(self, held, today, kind, day, words, reason, said):
        by = scene.hub_officer()
        before = counted()
        with pytest.raises(Refused, match=said):
            sanction(held, kind, day, words, reason, by=by)
        assert unchanged(before)

    def test_after_a_withdrawal_only_a_restoration(self, held, today):
        by = scene.hub_officer()
        sanction(held, "withdrawn", TODAY, "", "x", by=by)
        with pytest.raises(Refused, match="only be restored"):
            sanction(held, "suspended", TODAY, "", "x", by=by)
        sanction(held, "restored", TODAY, "", "Upheld on appeal.", by=by)
        assert [s[1] for s in facts_of(held.person).sanctions] == ["withdrawn", "restored"]

    @pytest.mark.parametrize("waiting", ["conditions", "suspended", "restored", "withdrawn"])
    @pytest.mark.parametrize("kind", ["conditions", "suspended", "restored", "withdrawn"])
    def test_a_decision_to_come_never_stands_in_the_way_of_one_today(self, held, today, waiting, kind):
        by, far = scene.hub_officer(), date(2036, 12, 1)
        if waiting == "restored":
            sanction(held, "conditions", TODAY, "Before.", "x", by=by)
        sanction(held, waiting, far, "Later.", "x", by=by)
        line = sanction(held, kind, TODAY, "Now.", "A concern today.", by=by)
        assert (line.kind, line.from_day) == (kind, TODAY)
        facts = facts_of(held.person)
        assert sanction_on(TODAY, facts)[1] == sanction_on(far, facts)[1] == kind
        told = Notice.objects.order_by("pk").last().body
        assert "from Monday 1 December 2036 is replaced by this one." in told
        before = counted()
        assert sanction(held, kind, TODAY, "Now.", "A concern today.", by=by) == line and unchanged(before)
        if kind == "withdrawn":
            with pytest.raises(Refused, match="only be restored"):
                sanction(held, "suspended", TODAY + timedelta(days=1), "", "x", by=by)
        if kind == "restored":
            with pytest.raises(Refused, match="nothing to restore"):
                sanction(held, "restored", TODAY + timedelta(days=1), "", "x", by=by)
        assert unchanged(before)

    def test_a_restoration_to_come_is_called_off_but_a_withdrawal_not_softened(self, held, today):
        by, later = scene.hub_officer(), TODAY + timedelta(days=30)
        sanction(held, "withdrawn", TODAY, "", "x", by=by)
        sanction(held, "restored", later, "", "x", by=by)
        before = counted()
        for kind in ("suspended", "conditions"):
            with pytest.raises(Refused, match="only be restored"):
                sanction(held, kind, TODAY + timedelta(days=1), "x", "x", by=by)
        assert unchanged(before)
        sanction(held, "withdrawn", TODAY + timedelta(days=1), "", "x", by=by)
        assert sanction_on(later, facts_of(held.person))[1] == "withdrawn"

    def test_withholding_once_and_lifting_once(self, held, today):
        by = scene.hub_officer()
        first = withhold(held.person, "For safety.", by=by)
        assert withhold(held.person, "Again.", by=by).pk == first.pk and Withholding.objects.count() == 1
        assert "safety" not in Notice.objects.get(subject="Your entry on the register").body
        lifted = lift_withholding(held.person, "No longer needed.", by=by)
        assert lifted.until_day == TODAY - timedelta(days=1)
        assert lift_withholding(held.person, "Again.", by=by) is None
        assert Entry.objects.filter(deed__startswith="certificates.").exclude(reason="").count() == 0


def test_awaiting_issue_names_the_reasons_and_asks_a_fixed_number_of_questions(django_assert_num_queries, today):
    scene.ready("A", "Ready")
    blocked = scene.ready("B", "Blocked")
    scene.end(blocked.person.employments.get().lines.get(), TODAY - timedelta(days=3))
    with django_assert_num_queries(14):
        few = awaiting_issue()
    assert [(w.enrolment.person.last_name, bool(w.reasons)) for w in few] == [("Blocked", True), ("Ready", False)]
    for n in range(5):
        scene.ready("N", f"More{n}")
    cohort = scene.cohort()
    with django_assert_num_queries(14):
        assert len(awaiting_issue(cohort)) == 7
    issue(scene.Enrolment.objects.get(person__last_name="Ready"), by=scene.registrar())
    assert "Ready" not in [w.enrolment.person.last_name for w in awaiting_issue()]
