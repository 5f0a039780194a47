"""Certificates in bulk: once each, whoever presses, however often, whoever is killed; and the worker that does it."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from certificates.actions import answer_check, begin_issue_run, issue, stop_issue_run
from certificates.actions.anchors import NEWEST, SCOPES, anchor_answers, check_anchors
from certificates.actions.issue_runs import carry_on
from certificates.jobs import issue_runs
from certificates.models import Certificate, Check, CheckAnchor, IssueRun, IssueRunLine, ListCheck
from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.kit.models import Heartbeat
from lms.kit.refusals import NotAllowed, Refused
from lms.kit.worker.jobs import Job
from lms.kit.worker.turns import run_job
from lms.people.models import Role
from lms.people.roles import Operator
from lms.record.models import Entry

from . import scene
from .scene import TODAY

pytestmark = pytest.mark.django_db
BY = Operator("work")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def today():
    with clock.at(TODAY):
        yield TODAY


class TestRuns:
    def test_each_once_and_one_refusal_stops_no_other(self, today):
        ready, changed = (
            [scene.ready("A", f"Name{n}") for n in range(3)],
            scene.ready("B", "Changed"),
        )
        by = scene.registrar()
        run = begin_issue_run([*ready, changed], by=by)
        assert (
            begin_issue_run([*ready, changed], by=by) == run
            and begin_issue_run(ready[:1], by=by) == run
        )
        scene.end(changed.person.employments.get().lines.get(), TODAY - timedelta(days=1))
        issue(ready[0], by=by)
        assert carry_on(run) == 4 and carry_on(run) == 0
        assert Certificate.objects.count() == 3 and IssueRun.objects.get().state == "done"
        assert IssueRunLine.objects.get(state="not_issued").why_not.startswith(
            "No post on the employment register"
        )
        assert set(Certificate.objects.values_list("issued_by", flat=True)) == {by.record_label}

    def test_a_time_stamp_service_that_is_away_uses_no_line_up(self, today, settings):
        """Nobody listens there: the line waits, and goes on when there is a service again (or none is named)."""
        run = begin_issue_run([scene.ready("A", "Name")], by=scene.registrar())
        settings.IMSA_TIMESTAMP_URL = "http://127.0.0.1:9/"
        said = run_job(Job("runs", 2, issue_runs))
        assert (
            "time-stamp service" in said
            and IssueRunLine.objects.get().state == "waiting"
            and not Certificate.objects.exists()
        )
        settings.IMSA_TIMESTAMP_URL = ""
        assert (
            run_job(Job("runs", 2, issue_runs)) == 1
            and Certificate.objects.count() == 1
            and IssueRun.objects.get(pk=run.pk).state == "done"
        )

    def test_one_language_for_all_and_nobody_twice(self, today):
        one = scene.ready("A", "Name")
        with pytest.raises(Refused, match="Choose the language"):
            begin_issue_run([one], by=scene.registrar(), language="xx")
        assert not IssueRun.objects.exists()
        run = begin_issue_run([one, one], by=scene.registrar(), language="cy")
        with pytest.raises(Refused, match="waits already, in Cymraeg"):
            begin_issue_run([one], by=scene.registrar())
        assert IssueRun.objects.count() == 1
        assert carry_on(run) == 1 and Certificate.objects.get().language == "cy"

    def test_one_that_cannot_be_drawn_stops_no_other(self, today):
        run = begin_issue_run(
            [scene.ready("سارة", "Haddad"), scene.ready("A", "Fine")], by=scene.registrar()
        )
        carry_on(run)
        assert (
            Certificate.objects.get().facts["name"] == "A Fine"
            and "no letter" in IssueRunLine.objects.get(state="not_issued").why_not
        )

    def test_stopped_it_issues_no_more_and_what_was_issued_stays(self, today):
        by = scene.registrar()
        run = begin_issue_run([scene.ready("A", f"Name{n}") for n in range(3)], by=by)
        carry_on(run, most=1)
        stop_issue_run(run, by=by)
        stop_issue_run(run, by=by)
        assert (
            carry_on(run) == 0
            and Certificate.objects.count() == 1
            and IssueRun.objects.get().state == "stopped"
        )

    def test_only_a_registrar_and_not_for_nobody(self, today):
        ready = scene.ready()
        for role in (Role.HUB_OFFICER, Role.TUTOR, Role.LEARNER):
            with pytest.raises(NotAllowed):
                begin_issue_run([ready], by=scene.person("A", "B", role))
        by = scene.registrar()
        with pytest.raises(Refused, match="nothing to issue"):
            begin_issue_run([], by=by)
        assert (
            not IssueRun.objects.exists()
            and not Entry.objects.filter(action__startswith="certificates.").exists()
        )

    def test_the_page_shows_how_it_goes_and_leaves_out_who_changed_meanwhile(self, client, today):
        good, changed = scene.ready("A", "Good"), scene.ready("B", "Changed")
        scene.sign_in(client, scene.registrar())
        page = client.get("/registry/issue/all/").content.decode()
        assert "A Good" in page and "B Changed" in page
        scene.end(changed.person.employments.get().lines.get(), TODAY - timedelta(days=1))
        answer = client.post(
            "/registry/issue/all/", {"enrolment": [good.pk, changed.pk, "x", "99999"]}, follow=True
        )
        text = answer.content.decode()
        assert (
            "Issuing 2 certificates" in text
            and "js/going" in text
            and "data-going" in text
            and "refresh" not in text
            and "Nothing goes on at the moment" in text
        )
        carry_on(IssueRun.objects.get())
        text = client.get(answer.redirect_chain[-1][0]).content.decode()
        assert (
            "1 of 2 certificates issued" in text
            and "B Changed" in text
            and "js/going" not in text
            and Certificate.objects.count() == 1
        )


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_issue_each_certificate_once():
    with clock.at(TODAY):
        run = begin_issue_run(
            [scene.ready("A", f"Name{n}") for n in range(4)], by=scene.registrar()
        )
    start, faults = Barrier(2), []

    def work():
        try:
            start.wait()
            with clock.at(TODAY):
                carry_on(IssueRun.objects.get(pk=run.pk))
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    with clock.at(TODAY):
        carry_on(run)
    assert (
        faults == []
        and Certificate.objects.count() == 4
        and Entry.objects.filter(action="certificates.issue").count() == 4
    )
    assert IssueRun.objects.get().state == "done"


def issued_in(home) -> int:
    """How many certificates of the run are issued, read beside the worker."""
    with contextlib.closing(
        sqlite3.connect(f"file:{home}/db.sqlite3?mode=ro", uri=True, timeout=30)
    ) as it:
        return it.execute(
            "SELECT count(*) FROM certificates_runline WHERE state = 'issued'"
        ).fetchone()[0]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_goes_on_and_issues_each_once(tmp_path, today):
    """From outside: ten people, a worker killed with SIGKILL again and again, and ten certificates at the end."""
    for number in range(10):
        scene.ready("A", f"Name{number}")
    run = begin_issue_run(list(Enrolment.objects.all()), by=scene.registrar())
    lines = run.lines.count()
    assert lines >= 8
    connection.close()
    with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"])) as whole:
        whole.execute("VACUUM INTO ?", (str(tmp_path / "db.sqlite3"),))
    env = {
        **os.environ,
        "IMSA_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
        "DATABASE_URL": "",
    }

    def manage(*args):
        return subprocess.run(
            [sys.executable, "manage.py", *args],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    done = []
    for _ in range(3):
        before, until = issued_in(tmp_path), time.monotonic() + 600
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "work"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
        )
        while issued_in(tmp_path) == before and time.monotonic() < until:
            time.sleep(0.02)
        worker.kill()
        worker.wait()
        done.append(issued_in(tmp_path))
    assert 0 < done[0] < done[1] < done[2] < lines, "each was killed with some done and some left"
    manage("work", "--once")
    count = (
        "from certificates.models import *; from lms.people.models import Notice;"
        "issued = IssueRunLine.objects.filter(state='issued').count();"
        "print('SAID', IssueRun.objects.get().state, issued, Certificate.objects.count(), len(set(Certificate.objects.values_list('enrolment', flat=True))),"
        "Notice.objects.filter(subject='Your certificate is issued').count())"
    )
    state, issued, certificates, people, notices = (
        manage("shell", "-c", count).split("SAID ")[1].split()
    )
    assert (
        state == "done" and issued == certificates == people == notices and int(issued) > done[-1]
    ), "it went on after the last kill"
    assert json.loads(manage("check_record"))["whole"]


class TestWorker:
    def test_every_job_once_and_a_beat_for_each(self, today):
        begin_issue_run([scene.ready()], by=scene.registrar())
        out = StringIO()
        call_command("work", "--once", stdout=out)
        said = json.loads(out.getvalue())
        assert said["runs"] == 1 and Certificate.objects.count() == 1
        assert set(Heartbeat.objects.values_list("job", flat=True)) == set(said)


class TestSeals:
    def asked(self, n=3):
        held = scene.certified()
        for _ in range(n):
            answer_check(held.number, "Llewellyn")

    def test_the_record_binds_every_answer_but_the_youngest(self, today):
        self.asked()
        assert anchor_answers(by=BY) is None
        with clock.at(clock.now() + timedelta(minutes=3)):
            seal = anchor_answers(by=BY)
            assert (seal.count, seal.last) == (3, Check.objects.latest("pk").pk) and anchor_answers(
                by=BY
            ) is None
        assert Entry.objects.get(action="certificates.seal_checks").after["sha256"] == seal.sha256
        assert check_anchors() == {"whole": True, "seals": 1, "why": ""}

    @pytest.mark.both_engines
    def test_an_answer_edited_removed_or_added_behind_our_back_shows(self, today):
        self.asked()
        with clock.at(clock.now() + timedelta(minutes=3)):
            anchor_answers(by=BY)
        for statement in (
            "UPDATE certificates_check SET person_id = NULL WHERE id = (SELECT min(id) FROM certificates_check)",
            "DELETE FROM certificates_check WHERE id = (SELECT min(id) FROM certificates_check)",
            "UPDATE certificates_checkseal SET count = 4",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
            with transaction.atomic(), connection.cursor() as cursor:
                lift(cursor)
                cursor.execute(statement)
                assert not check_anchors()["whole"] and check_anchors()["why"]
                out = StringIO()
                with pytest.raises(SystemExit):
                    call_command("check_record", stdout=out)
                assert json.loads(out.getvalue())["sealed"]["answers"]["whole"] is False
                transaction.set_rollback(True)
        assert check_anchors()["whole"] and CheckAnchor.objects.count() == 1

    def test_a_seal_whose_entry_was_emptied_shows(self, today):
        self.asked()
        with clock.at(clock.now() + timedelta(minutes=3)):
            anchor_answers(by=BY)
        with connection.cursor() as cursor:
            lift(cursor)
            cursor.execute("UPDATE record_entry SET after = NULL")
        assert "is not the one in the record" in check_anchors()["why"]

    def test_a_seal_that_is_gone_with_its_answers_shows(self, today):
        """Whoever has the whole database removes the newest answers and the seal over them: the record still has its entry."""
        self.asked(1)
        for n in (1, 2):
            with clock.at(clock.now() + timedelta(minutes=3 * n)):
                anchor_answers(by=BY)
                answer_check(Certificate.objects.get().number, "Llewellyn")
        assert check_anchors() == {"whole": True, "seals": 2, "why": ""}
        last = CheckAnchor.objects.order_by("last").last()
        with connection.cursor() as cursor:
            lift(cursor)
            cursor.execute("DELETE FROM certificates_check WHERE id >= %s", [last.first])
            cursor.execute("DELETE FROM certificates_checkseal WHERE id = %s", [last.pk])
        found = check_anchors()
        assert not found["whole"] and f"the answers {last.first} to {last.last}" in found["why"]

    def test_everything_but_what_was_typed_is_under_a_seal(self, today):
        """An answer, a moment or an asker that could be rewritten unseen would make us have said another thing to somebody else."""
        fields = {f.attname if f.name != "id" else "pk" for f in Check._meta.concrete_fields}
        assert fields - set(SCOPES[NEWEST]) == {"asked_number", "asked_surname", "proof_link_id"}
        self.asked(1)
        made = Check.objects.get()
        with clock.at(clock.now() + timedelta(minutes=3)):
            anchor_answers(by=BY)
        other = {
            "receipt": "Q-OTHER",
            "on_day": TODAY - timedelta(days=1),
            "answer": {**made.answer, "conditions": "None."},
            "person": None,
            "asked_at": made.asked_at - timedelta(seconds=1),
            "asked_by": scene.person(),
            "organisation": scene.organisation(),
            "purpose": "case",
            "why": "Another reason",
            "list_check": ListCheck.objects.create(
                organisation=scene.organisation(), purpose="case", on_day=TODAY
            ),
        }
        assert {Check._meta.get_field(name).attname for name in other} == set(SCOPES[NEWEST]) - {
            "pk"
        }
        with connection.cursor() as cursor:
            lift(cursor)
        for name, value in other.items():
            was = getattr(made, name)
            Check.objects.update(**{name: value})
            assert not check_anchors()["whole"], name
            Check.objects.update(**{name: was})
        assert check_anchors()["whole"]


def lift(cursor):
    """Somebody with the whole database in their hands takes the triggers away first."""
    for table in ("certificates_check", "certificates_checkseal", "record_entry"):
        for action in ("update", "delete"):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{action}{on}")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_answer_that_commits_late_is_under_a_seal_too():
    """A slow question has its number before others that are sealed meanwhile: nothing is sealed over it."""
    with clock.at(TODAY):
        held = scene.certified()
    begun, go_on = Event(), Event()

    def slowly():
        with transaction.atomic():
            answer_check(held.number, "Llewellyn")
            begun.set()
            go_on.wait(30)
        connection.close()

    slow = Thread(target=slowly)
    slow.start()
    begun.wait(30)
    answer_check(held.number, "Llewellyn")
    later = clock.now() + timedelta(minutes=3)
    with clock.at(later):
        early = anchor_answers(by=BY)
    go_on.set()
    slow.join(30)
    with clock.at(later + timedelta(minutes=3)):
        while anchor_answers(by=BY):
            pass
    assert (
        check_anchors()["whole"]
        and sum(CheckAnchor.objects.values_list("count", flat=True)) == Check.objects.count() == 2
    )
    assert early is None, "the one under way may come before it"
