"""The discussion of a cohort: who reads and writes, what is hidden and how it comes back, and that nobody is mailed for each post."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.utils.timezone import make_aware

from cohorts.discussion.actions import (
    Guarded,
    accept_code,
    add_post,
    change_post,
    clear_old_spaces,
    close_space,
    open_space,
    remove_own_post,
    send_digests,
    start_thread,
)
from cohorts.discussion.models import (
    DiscussionMember,
    DiscussionPost,
    DiscussionReport,
    DiscussionSpace,
    DiscussionThread,
)
from cohorts.discussion.moderating import (
    appeal,
    decide_appeal,
    hide_post,
    keep_post,
    report_post,
    restore_post,
)
from cohorts.enrolment.actions import enrol, make_cohort
from cohorts.enrolment.models import Cohort
from cohorts.enrolment.status_actions import set_last_day
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.models import Notice, Role
from lms.people.names import choose_name
from lms.record.actions import actor_label
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
HOME = "/study/discussion/IMSA-2025-09/"


def at(hour=12, day=DAY, minute=0):
    return clock.at(make_aware(datetime(day.year, day.month, day.day, hour, minute)))


class Scene:
    pass


@pytest.fixture
def scene(cohort, person_with, registrar, by):
    s = Scene()
    s.cohort, s.registrar = cohort, registrar
    s.second = person_with(Role.REGISTRAR, email="second@test.example")
    s.tutor = person_with(Role.TUTOR, first_name="Toni", last_name="Tutor")
    for n, name in enumerate(("Anwen", "Bran", "Cerys")):
        person = person_with(email=f"{name}@test.example", first_name=name, last_name="Pritchard")
        enrolment = enrol(
            cohort, person, ["wales"], f"S-7{n}", by=by, enrolled_on=date(2025, 9, 22)
        )
        setattr(s, name.lower(), person)
        setattr(s, f"{name.lower()}_place", enrolment)
    with at(9):
        s.space = open_space(cohort, by=registrar)
        for person in (s.anwen, s.bran, s.tutor):
            accept_code(s.space, by=person)
        s.first = start_thread(
            s.space, "First days", "", "How are you finding it?", uuid.uuid4(), by=s.anwen
        )
        s.thread = s.first.thread
    return s


def say(s, who, text="Well enough.", note="", **more):
    return add_post(s.thread, note, text, uuid.uuid4(), by=who, **more)


def test_who_reads_and_writes(scene, person_with, officer, by, unchanged, signed_in):
    s = scene
    stranger = person_with(email="stranger@test.example")
    with at(10):
        watch = unchanged()
        for person in (stranger, officer):
            with pytest.raises(NotAllowed):
                accept_code(s.space, by=person)
            with pytest.raises(NotAllowed):
                say(s, person)
            assert signed_in(person).get(HOME).status_code == 404
            assert HOME not in signed_in(person).get("/study/discussion/").content.decode()
        with pytest.raises(NotAllowed, match="code of conduct"):
            say(s, s.cerys)
        for person in (s.tutor, s.anwen, officer):
            with pytest.raises(NotAllowed):
                close_space(s.space, by=person)
        watch.check()
        client = signed_in(s.cerys)
        assert HOME in client.get("/study/discussion/").content.decode()
        assert "Code of conduct" in client.get(HOME).content.decode()
        assert client.get(f"{HOME}{s.thread.pk}/").status_code == 302
        assert client.post(f"{HOME}accept/").status_code == 302
        assert "First days" in client.get(HOME).content.decode()
        page = client.get(f"{HOME}{s.thread.pk}/").content.decode()
        assert "Anwen P" in page and "Pritchard" not in page
        choose_name(s.anwen, by=s.anwen, name="Wren Grey")
        page = client.get(f"{HOME}{s.thread.pk}/").content.decode()
        assert "Wren Grey" in page and "Anwen" not in page
    # Who leaves loses entry; their words stay, without their name.
    with at(10):
        say(s, s.bran, "I say this before I leave.")
        set_last_day(s.bran_place, DAY - timedelta(days=1), by=by)
    with at(11):
        assert signed_in(s.bran).get(HOME).status_code == 404
        with pytest.raises(NotAllowed):
            say(s, s.bran)
        page = client.get(f"{HOME}{s.thread.pk}/").content.decode()
        assert "I say this before I leave." in page and "a former member" in page
        assert "Bran" not in page
        close_space(s.space, by=s.registrar)
        with pytest.raises(NotAllowed, match="closed"):
            say(s, s.anwen)
        assert client.get(f"{HOME}{s.thread.pk}/").status_code == 200
        # Who was writing when it closed keeps their words.
        for rest, more in ((f"{s.thread.pk}/", {}), ("new/", {"title": "On time"})):
            sent = {"text": "Half a page", "token": uuid.uuid4()} | more
            answer = client.post(f"{HOME}{rest}", sent)
            assert answer.status_code == 422 and "Half a page" in answer.content.decode()


def test_a_post_is_written_once_with_its_note_and_nothing_typed_is_lost(
    scene, signed_in, unchanged
):
    s = scene
    with at(10):
        client, url = signed_in(s.anwen), f"{HOME}{s.thread.pk}/"
        watch = unchanged()
        words = {"text": "I met Fatima Rahman today.", "content_note": "", "token": uuid.uuid4()}
        answer = client.post(url, words)
        page = answer.content.decode()
        assert answer.status_code == 422 and "I met Fatima Rahman today." in page
        assert "Not sent yet" in page
        with pytest.raises(Guarded):
            say(s, s.anwen, "I met Fatima Rahman today.")
        watch.check()
        words |= {
            "text": "It was hard.\n\n<script>alert(1)</script> https://www.gov.uk/",
            "content_note": "violence",
        }
        for _twice in range(2):
            assert client.post(url, words).status_code == 302
        assert DiscussionPost.objects.filter(author=s.anwen).count() == 2
        page = signed_in(s.bran).get(url).content.decode()
        assert "Mentions: violence. Open to read." in page and "<script>alert" not in page
        assert 'href="https://www.gov.uk/"' in page
        entry = Entry.objects.filter(action="cohorts.add_post").latest("pk")
        assert "hard" not in str(entry.after)
        # No more than so many in an hour.
        for _more in range(11):
            say(s, s.anwen)
        with pytest.raises(Refused, match="last hour"):
            say(s, s.anwen)
        answer = client.post(url, {"text": "One more", "token": uuid.uuid4()})
        assert answer.status_code == 422 and "One more" in answer.content.decode()
    # Long threads go on, and a new post is shown where it stands.
    for hour in (11, 12):
        with at(hour, minute=30):
            for _more in range(8):
                say(s, s.bran)
    with at(14):
        answer = client.post(url, {"text": "The newest of all", "token": uuid.uuid4()})
        assert "?after=" in answer["Location"]
        assert "The newest of all" in client.get(answer["Location"]).content.decode()
        assert "The newest of all" not in client.get(url).content.decode()


def test_an_author_changes_and_removes_for_half_an_hour(scene, signed_in, unchanged):
    s = scene
    with at(9, minute=20):
        with pytest.raises(NotAllowed):
            change_post(s.first, "", "Other words", by=s.bran)
        client = signed_in(s.anwen)
        url = f"{HOME}posts/{s.first.pk}/"
        assert (
            client.post(f"{url}change/", {"text": "Better words", "token": uuid.uuid4()}).url == url
        )
        assert "Better words" in client.get(url).content.decode()
        own = say(s, s.bran, "Taken back")
        for _twice in range(2):
            remove_own_post(own, by=s.bran)
        own.refresh_from_db()
        assert (own.state, own.text) == ("removed", "")
        page = client.get(f"{HOME}{s.thread.pk}/").content.decode()
        assert "removed by its author" in page and "Taken back" not in page
        # What began a thread takes its title along, from everybody.
        words = ("What Noor did", "", "Words", uuid.uuid4())
        named = start_thread(s.space, *words, by=s.bran, keep_anyway=True)
        remove_own_post(named, by=s.bran)
        assert not DiscussionThread.objects.filter(title__contains="Noor").exists()
        for who in (s.anwen, s.bran, s.tutor):
            page = signed_in(who).get(HOME).content.decode()
            assert "whose first post is not shown" in page and "Noor" not in page
    with at(9, minute=31):
        watch = unchanged()
        for refused in (
            lambda: change_post(s.first, "", "Too late", by=s.anwen),
            lambda: remove_own_post(s.first, by=s.anwen),
        ):
            with pytest.raises(NotAllowed, match="30 minutes"):
                refused()
        watch.check()
        assert "report it below" in client.get(url).content.decode()


@pytest.mark.both_engines
def test_a_post_is_reported_hidden_and_decided_again(scene, officer, signed_in, unchanged):
    s = scene
    with at(10):
        post = say(s, s.bran, "Rude words")
        client, url = signed_in(s.anwen), f"{HOME}posts/{post.pk}/"
        assert client.post(f"{url}report/", {"report-words": ""}).status_code == 422
        for _twice in range(2):
            assert client.post(f"{url}report/", {"report-words": "It is rude"}).status_code == 302
        assert DiscussionReport.objects.count() == 1
        told = Notice.objects.filter(url=f"{HOME}moderation/")
        assert {n.person for n in told} == {s.registrar, s.second}
        watch = unchanged()
        for person in (s.anwen, s.bran, officer):
            for refused in (
                lambda who: hide_post(post, "no", by=who),
                lambda who: keep_post(post, by=who),
                lambda who: restore_post(post, by=who),
                lambda who: decide_appeal(post, True, "no", by=who),
            ):
                with pytest.raises(NotAllowed):
                    refused(person)
        with pytest.raises(NotAllowed):
            appeal(post, "It is not hidden", by=s.bran)
        assert client.get(f"{HOME}moderation/").status_code == 403
        watch.check()
        desk = signed_in(s.registrar)
        assert "It is rude" in desk.get(f"{HOME}moderation/").content.decode()
        assert desk.post(f"{url}hide/", {"hide-words": ""}).status_code == 422
        for _twice in range(2):
            assert desk.post(f"{url}hide/", {"hide-words": "Rule 1"}).status_code == 302
        assert DiscussionReport.objects.get().state == "closed"
        notice = Notice.objects.get(person=s.bran, url=url)
        assert "Rule 1" in notice.body and "Anwen" not in notice.body
        # A neutral line for the others; the author and moderators still read it.
        for who, is_read in ((s.anwen, False), (s.bran, True), (s.tutor, True)):
            page = signed_in(who).get(url).content.decode()
            assert ("Rude words" in page) is is_read and ("Rule 1" in page) is is_read
        assert not Entry.objects.filter(reason__contains="Rule 1").exists()
        page = client.get(f"{HOME}{s.thread.pk}/").content.decode()
        assert "This post is hidden." in page and "Rude words" not in page
        # The author appeals once; another registrar than the one who hid it decides.
        author = signed_in(s.bran)
        for _twice in range(2):
            author.post(f"{url}appeal/", {"appeal-words": "I quoted somebody"})
        appeals = Notice.objects.filter(subject__startswith="An author appeals")
        assert [n.person for n in appeals] == [s.second]
        watch = unchanged()
        for who in (s.registrar, s.tutor):
            with pytest.raises(NotAllowed):
                decide_appeal(post, True, "yes", by=who)
        with pytest.raises(Refused, match="appealed"):
            restore_post(post, by=s.tutor)
        watch.check()
        other = signed_in(s.second)
        assert "I quoted somebody" in other.get(f"{HOME}moderation/").content.decode()
        sent = {"decide-words": "It is a quotation", "decision": "show"}
        assert other.post(f"{url}decide/", sent).status_code == 302
        assert "Rude words" in client.get(url).content.decode()
        # The title of a thread is hidden with its first post.
        hide_post(s.first, "Rule 2", by=s.tutor)
        assert "First days" not in signed_in(s.bran).get(HOME).content.decode()
        assert "First days" in signed_in(s.tutor).get(HOME).content.decode()
        restore_post(s.first, by=s.tutor)
        assert "First days" in signed_in(s.bran).get(HOME).content.decode()


@pytest.mark.both_engines
def test_nobody_moderates_their_own_post_and_a_registrar_has_the_last_word(
    scene, by, signed_in, unchanged, settings
):
    s = scene
    with at(10):
        own, url = say(s, s.tutor, "Sharp words"), f"{HOME}posts/"
        report_post(own, "Anwen was hurt by it", by=s.anwen)
        watch = unchanged()
        for refused in (
            lambda: hide_post(own, "no", by=s.tutor),
            lambda: keep_post(own, by=s.tutor),
        ):
            with pytest.raises(NotAllowed, match="You wrote"):
                refused()
        author, desk = signed_in(s.tutor), signed_in(s.registrar)
        for page in ("moderation/", f"posts/{own.pk}/"):
            assert "was hurt" not in author.get(f"{HOME}{page}").content.decode()
            assert "was hurt" in desk.get(f"{HOME}{page}").content.decode()
        watch.check()
        entries = Entry.objects.filter(action="cohorts.report_post")
        assert entries.exists() and not entries.filter(actor=actor_label(s.anwen)).exists()
        hide_post(own, "Rule 1", by=s.registrar)
        watch = unchanged()
        with pytest.raises(NotAllowed, match="You wrote"):
            restore_post(own, by=s.tutor)
        # A second moderator's reason is not thanked for and dropped.
        answer = signed_in(s.second).post(f"{url}{own.pk}/hide/", {"hide-words": "Rule 3"})
        assert answer.status_code == 409
        assert "Another moderator has hidden" in answer.content.decode()
        watch.check()
        post = say(s, s.bran, "A quotation")
        report_post(post, "Rude", by=s.anwen)
        hide_post(post, "Rule 1", by=s.tutor)
        appeal(post, "I quoted", by=s.bran)
        watch = unchanged()
        answer = desk.post(f"{url}{post.pk}/decide/", {"decide-words": "Yes"})
        assert answer.status_code == 409 and "stays hidden" in answer.content.decode()
        watch.check()
        decide_appeal(post, True, "It is one", by=s.registrar)
        watch = unchanged()
        with pytest.raises(Refused, match="Another registrar"):
            decide_appeal(post, False, "It is none", by=s.second)
        with pytest.raises(NotAllowed, match="registrar has decided"):
            hide_post(post, "Rule 1", by=s.tutor)
        with pytest.raises(Refused, match="looked at it"):
            report_post(post, "Rude again", by=s.anwen)
        watch.check()
        # An appeal is made once, and not by who has left: nobody is sent where there is nothing.
        hide_post(post, "Rule 4", by=s.second)
        notice = Notice.objects.filter(person=s.bran).latest("pk")
        assert "Rule 4" in notice.body and "ask a registrar" not in notice.body and notice.url
        last = say(s, s.bran, "Before I go")
        settings.IMSA_DISCUSSION_POSTS_AN_HOUR = 2  # each report is a letter to every registrar
        watch = unchanged()
        with pytest.raises(Refused, match="reported 2 posts"):
            report_post(last, "And this", by=s.anwen)
        watch.check()
        set_last_day(s.bran_place, DAY - timedelta(days=1), by=by)
        hide_post(last, "Rule 5", by=s.tutor)
        notice = Notice.objects.filter(person=s.bran).latest("pk")
        assert "Rule 5" in notice.body and "ask a registrar" not in notice.body and not notice.url


@pytest.mark.both_engines
def test_the_list_of_discussions_asks_as_much_at_1_5_and_20_and_leaves_out_own_cohorts(
    scene, programme, person_with, by, signed_in, rows_read
):
    s, cost = scene, {}
    namesake = person_with(email="own@test.example", first_name="Toni", last_name="Tutor")
    readers = {who: signed_in(getattr(s, who)) for who in ("anwen", "tutor", "registrar")}
    with at(10):
        for count in (1, 5, 20):
            for n in range(DiscussionSpace.objects.count(), count):
                cohort = make_cohort(
                    f"MORE-{n:02}", f"More {n}", programme, DAY, DAY + timedelta(days=300), by=by
                )
                someone = person_with(email=f"more{n}@test.example", first_name="M", last_name="N")
                enrol(cohort, someone, ["wales"], f"M-{n}", by=by, enrolled_on=DAY)
                open_space(cohort, by=s.registrar)
            for who, client in readers.items():
                with rows_read() as read:
                    page = client.get("/study/discussion/")
                assert len(page.context["spaces"]) == (1 if who == "anwen" else count), who
                cost.setdefault(who, set()).add(read.statements)
        assert all(len(found) == 1 and max(found) <= 15 for found in cost.values()), cost
        enrol(
            Cohort.objects.get(code="MORE-07"), namesake, ["wales"], "M-77", by=by, enrolled_on=DAY
        )
        page = readers["tutor"].get("/study/discussion/")
        assert len(page.context["spaces"]) == 19 and "/MORE-07/" not in page.content.decode()
        assert readers["tutor"].get("/study/discussion/MORE-07/").status_code == 404
        assert "/MORE-07/" in readers["registrar"].get("/study/discussion/").content.decode()


@pytest.mark.both_engines
def test_one_message_a_day_in_the_daytime_and_everything_cleared_in_the_end(scene, by, signed_in):
    s = scene

    def digests():
        return sorted(
            n.person.first_name for n in Notice.objects.filter(url=HOME).exclude(subject="")
        )

    with at(22):
        for _some in range(3):
            say(s, s.bran)
        assert not Notice.objects.filter(url=HOME).exists()
        assert send_digests(by=by) == 0
    tomorrow = DAY + timedelta(days=1)
    with at(9, tomorrow):
        assert "New" in signed_in(s.anwen).get(HOME).content.decode()
        signed_in(s.tutor).get(f"{HOME}{s.thread.pk}/")  # who has read them is told nothing
        for _twice in range(2):
            send_digests(by=by)
        assert digests() == ["Anwen"]
        assert "3 new posts" in Notice.objects.get(person=s.anwen, url=HOME).subject
        say(s, s.bran)
        send_digests(by=by)
        assert digests() == ["Anwen", "Toni"]
        signed_in(s.anwen).post(f"{HOME}digest/", {"digest": "off"})
    with at(9, tomorrow + timedelta(days=1)):
        send_digests(by=by)
        assert digests() == ["Anwen", "Toni"], "who turned it off is told"
    with at(9, date(2026, 12, 29)):
        assert clear_old_spaces(by=by) == 0
    with at(9, date(2026, 12, 30)):
        assert clear_old_spaces(by=by) == 1 and clear_old_spaces(by=by) == 0
        assert not DiscussionPost.objects.exists() and not DiscussionThread.objects.exists()
        assert not DiscussionMember.objects.exists()
        with pytest.raises(Refused):
            open_space(s.cohort, by=s.registrar)
        page = signed_in(s.registrar).get("/registry/discussion/IMSA-2025-09/").content.decode()
        assert "its posts are deleted" in page
