"""One core, several nations: nobody is left with a text that nobody looked at after its core changed; and the authors' pages."""

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.management import call_command

import courses.demonstration as demonstration
from courses.actions import publish_version, suggest, take_up
from courses.actions.links import note_links
from courses.actions.reviews import look_again
from courses.actions.suggestions import publish_response, withdraw_response
from courses.authoring.link_checker import ask
from courses.editor.overview import desk, let_authors_in, side_by_side
from courses.models import (
    CorePage,
    LinkCheck,
    ModulePage,
    ProgrammePage,
    Suggestion,
    Unit,
    UnitPage,
    UnitVersion,
    Variant,
)
from courses.rendering.units import draw
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.pages.actions import lay_pages
from lms.people.models import Notice, Role
from lms.record.models import Entry

pytestmark = pytest.mark.django_db


def stream(*blocks):
    return json.dumps(
        [{"type": kind, "value": value, "id": f"{n}"} for n, (kind, value) in enumerate(blocks)]
    )


def core_says(core, html, *gaps):
    core.body = stream(
        ("text", html), *(("gap", {"name": name, "label": f"About {name}"}) for name in gaps)
    )
    core.save_revision().publish()
    return CorePage.objects.get(pk=core.pk)


@pytest.fixture
def unit(module, operator):
    """A core with one gap, filled by Scotland and by England and Wales; both published."""
    unit = Unit.objects.create(module=module, code="U1", title="Age", order=1)
    above = demonstration.page_for(
        lay_pages(by=operator),
        ProgrammePage,
        "programme",
        module.programme,
        "PGC",
        slug="programme",
    )
    above = demonstration.page_for(above, ModulePage, "module", module, "M1", slug="m1")
    core = above.add_child(
        instance=CorePage(title="Age: core", slug="age-core", unit=unit, live=False, body="[]")
    )
    core = core_says(core, "<p>In every nation.</p>", "age")
    for key, codes in (("england-wales", ["england", "wales"]), ("scotland", ["scotland"])):
        variant = Variant.objects.create(unit=unit, key=key, nations=codes)
        page = above.add_child(
            instance=UnitPage(
                title=f"Age {key}",
                slug=f"age-{key}",
                variant=variant,
                live=False,
                outcomes="Say it",
                review_by=clock.today() + timedelta(days=90),
                body=stream(("fill", {"gap": "age"}), ("text", f"<p>The words of {key}.</p>")),
            )
        )
        revision = page.save_revision()
        publish_version(variant, draw(page, core), by=operator, revision=revision.pk)
        revision.publish()
    let_authors_in()
    return unit


@pytest.fixture
def core(unit):
    return CorePage.objects.get(unit=unit)


def said(response):
    return response.content.decode()


def still_right(unit, key):
    return f"/authoring/units/{unit.code}/{key}/still-right/"


def test_the_variants_stand_side_by_side_gap_by_gap(enter, tutor, author, unit, core):
    core, rows, columns = side_by_side(unit)
    assert [(kind, label) for kind, label, *_ in rows] == [("core", ""), ("gap", "About age")]
    assert [(column.line.label, "words of" in words) for column, words in rows[1][3]] == [
        ("England and Wales", True),
        ("Scotland", True),
    ]
    page = said(enter(tutor).get("/authoring/units/U1/"))
    assert (
        "<p>The words of scotland" in page.replace("\n", "")
        and "In every nation" in page
        and "was not looked at since" not in page
    )


def test_a_changed_core_warns_until_an_author_has_looked(enter, author, tutor, unit, core):
    core = core_says(core, "<p>In every nation, newly.</p>", "age")
    scotland = Variant.objects.get(key="scotland")
    for inside, address in (
        (tutor, "/authoring/units/U1/"),
        (author, f"/admin/pages/{UnitPage.objects.get(variant=scotland).pk}/edit/"),
    ):
        assert "was not looked at since" in said(enter(inside).get(address))
    assert said(enter(tutor).get("/authoring/")).count("The core changed") == 2
    assert "Still right with" not in said(enter(tutor).get("/authoring/units/U1/"))
    inside = enter(author)
    for _ in "twice":
        assert (
            inside.post(still_right(unit, "scotland"), {"core": core.live_revision_id}).status_code
            == 302
        )
    version = scotland.versions.get(number=2)
    assert (
        "newly" in version.html
        and "words of scotland" in version.html
        and version.published_by == author
    )
    assert version.core_revision == core.live_revision_id
    assert [(r["task"], r["by"]) for r in version.reviews] == [
        ("Looked at with the new core", author.pk)
    ]
    page = said(inside.get("/authoring/units/U1/"))
    assert (
        page.count("was not looked at since") == 1 and "text for England and Wales was not" in page
    )


def test_looking_again_is_refused_to_others_to_stale_readers_and_to_unfilled_gaps(
    enter, author, tutor, consultant, unit, core
):
    scotland = Variant.objects.get(key="scotland")
    old = core.live_revision_id
    core = core_says(core, "<p>Newly.</p>", "age", "place")
    for person in (tutor, consultant):
        assert (
            enter(person)
            .post(still_right(unit, "scotland"), {"core": core.live_revision_id})
            .status_code
            == 403
        )
    with pytest.raises(NotAllowed):
        look_again(scotland, by=tutor, core_revision=core.live_revision_id)
    page = said(enter(author).post(still_right(unit, "scotland"), {"core": old}, follow=True))
    assert "published again while you read it" in page
    page = said(
        enter(author).post(
            still_right(unit, "scotland"), {"core": core.live_revision_id}, follow=True
        )
    )
    assert "Nothing here fills the gap" in page and "About place" in page
    assert (
        scotland.versions.count() == 1
        and not Entry.objects.filter(action="courses.publish", thing__contains="version").count()
        > 2
    )


def test_a_changed_core_says_word_by_word_what_changed(enter, author, unit, core):
    core_says(core, "<p>In every single nation.</p>", "age")
    page = said(enter(author).get("/authoring/units/U1/"))
    assert (
        page.count("was not looked at since") == 2 and page.count("What changed in the core") == 2
    )
    assert "single" in page.split("What changed in the core")[1].split("</ol>")[0]


def test_the_desk_says_where_everything_stands(enter, author, tutor, consultant, trainee, unit):
    lines = desk()[0][1][0][1]
    assert [(line.label, line.state[1]) for line in lines] == [
        ("Core", "Published"),
        ("England and Wales", "Published"),
        ("Scotland", "Published"),
    ]
    page = UnitPage.objects.get(variant__key="scotland")
    page.save_revision()
    page.get_workflow().start(page, author)
    assert "In review" in said(enter(tutor).get("/authoring/")) and "Academic reviewers" in said(
        enter(tutor).get("/authoring/")
    )
    for address in ("/authoring/", "/authoring/report/", "/authoring/units/U1/"):
        assert enter(author).get(address).status_code == 200
        for person in (consultant, trainee):
            assert enter(person).get(address).status_code == 403
    assert enter(author).get("/authoring/units/NONE/").status_code == 404


def test_the_report_names_faults_and_broken_links(enter, author, unit, operator):
    page = UnitPage.objects.get(variant__key="scotland")
    page.body = stream(("text", '<p><a href="https://gone.example/x">here</a></p>'))
    page.save_revision()
    publish_version(page.variant, draw(page), by=operator)
    note_links({"https://gone.example/x": ("404 Not Found", True)}, by=operator)
    shown = said(enter(author).get("/authoring/report/"))
    for words in (
        "do not say where it leads",
        "fills the gap",
        "https://gone.example/x",
        "404 Not Found",
        "Broken since",
    ):
        assert words in shown


# ---- links ----


@pytest.fixture
def server():
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", "file:///etc/hostname")
            elif self.path == "/no-head" and self.command == "HEAD":
                self.send_response(500)
            else:
                self.send_response({"/gone": 404, "/shy": 403}.get(self.path, 200))
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET

        def log_message(self, *args):
            pass

    running = HTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def test_what_outside_addresses_answer(server):
    broken = {
        path: ask(server + path, is_private_allowed=True)[1]
        for path in ("/", "/gone", "/shy", "/no-head", "/away")
    }
    assert broken == {"/": False, "/gone": True, "/shy": False, "/no-head": False, "/away": True}
    assert (
        ask("file:///etc/hostname", is_private_allowed=True)[1]
        and ask("http://127.0.0.1:1/", is_private_allowed=True)[1]
    )


def test_a_private_address_is_not_asked(server):
    port = server.rpartition(":")[2]
    for address in (
        server,
        f"http://localhost:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        "http://169.254.169.254/",
        "http://10.0.0.1/",
    ):
        answer, is_broken = ask(address)
        assert is_broken and "private" in answer, address


def test_check_links_keeps_since_when_a_link_is_broken(unit, provision, server, capsys, operator):
    page = UnitPage.objects.get(variant__key="scotland")
    page.body = stream(
        (
            "text",
            f'<p><a href="{server}/gone">a</a> <a href="{server}/#x">b</a> <a href="/nowhere/at/all/">c</a> <a href="#no">d</a></p>',
        )
    )
    publish_version(page.variant, draw(page), by=operator)
    provision.source = f"{server}/law"
    provision.save()
    for _ in "twice":
        with pytest.raises(SystemExit) as ended:
            call_command("check_links", allow_private=True)
        assert ended.value.code == 1
        said = json.loads(capsys.readouterr().out)
        assert (said["asked"], said["broken"], said["inside_broken"]) == (3, 1, 2)
        assert set(said["addresses"]) == {f"{server}/gone", "/nowhere/at/all/", "#no"}
    row = LinkCheck.objects.get(is_broken=True)
    assert (
        row.address.endswith("/gone")
        and row.checked_at < LinkCheck.objects.get(address=provision.source).checked_at
    )
    publish_version(page.variant, draw(UnitPage.objects.get(pk=page.pk)), by=operator)
    call_command("check_links", allow_private=True)
    assert [r.address for r in LinkCheck.objects.all()] == [provision.source]


def test_only_those_who_keep_the_site_keep_what_links_answered(consultant):
    with pytest.raises(NotAllowed):
        note_links({"https://a.example/": ("404", True)}, by=consultant)
    assert not LinkCheck.objects.exists()


# ---- you said, we did ----


WORDS = {
    "you_said": "The story of the raid was hard to read.",
    "we_did": "It waits now until you open it.",
}


@pytest.fixture
def suggestion(unit, consultant):
    return suggest(
        UnitVersion.objects.get(variant__key="scotland"), by=consultant, text="The raid story hurt."
    )


def test_an_answered_suggestion_is_shown_to_everybody_without_a_name(
    client, enter, author, tutor, consultant, suggestion
):
    address = f"/suggestions/{suggestion.pk}/tell/"
    with pytest.raises(Refused):
        publish_response(suggestion, by=author, **WORDS)
    take_up(suggestion, by=tutor, answer="Yes.")
    page = said(enter(author).post(address, WORDS))
    assert "Ask the consultant first" in page and Suggestion.objects.get().told_on is None
    page = said(
        enter(author).post(address, {**WORDS, "you_said": "Linh said it was hard.", "agreed": "on"})
    )
    assert "No one is named" in page and Suggestion.objects.get().told_on is None
    for _ in "twice":
        assert enter(author).post(address, {**WORDS, "agreed": "on"}).status_code == 302
    client.logout()
    shown = said(client.get("/you-said/"))
    assert WORDS["you_said"] in shown and WORDS["we_did"] in shown and "Law and rights" in shown
    assert "Linh" not in shown and "The raid story hurt" not in shown and "Agnes" not in shown
    assert Notice.objects.filter(person=consultant, url="/you-said/").count() == 1
    assert Entry.objects.filter(action="courses.tell_all").count() == 1
    public = said(client.get("/you-said/"))
    assert WORDS["you_said"] in public
    for name in (consultant.first_name, consultant.full_name, consultant.email):
        assert name not in public, "no one learns who suggested it"
    for _ in "twice":
        withdraw_response(suggestion, by=author)
    assert (
        WORDS["you_said"] not in said(client.get("/you-said/"))
        and Entry.objects.filter(action="courses.untell").count() == 1
    )


@pytest.mark.parametrize("role", [Role.TUTOR, Role.SURVIVOR_CONSULTANT, Role.HUB_OFFICER])
def test_only_an_author_shows_it(enter, make_person, tutor, suggestion, role):
    take_up(suggestion, by=tutor, answer="Yes.")
    other = make_person("Other", role)
    expected = 403 if role == Role.TUTOR else 404
    assert (
        enter(other)
        .post(f"/suggestions/{suggestion.pk}/tell/", {**WORDS, "agreed": "on"})
        .status_code
        == expected
    )
    assert enter(other).post(f"/suggestions/{suggestion.pk}/untell/").status_code == expected
    with pytest.raises(NotAllowed):
        publish_response(suggestion, by=other, **WORDS)
    assert Suggestion.objects.get().told_on is None and Suggestion.objects.get().you_said == ""
