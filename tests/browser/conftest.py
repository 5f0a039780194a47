"""The real server, a real Chromium, and nothing else: these tests look from outside.

Each module has its own server on its own copy of a seeded home, so that a passkey added by one
test cannot change signing in for the next. No test here may touch the ORM: Playwright's event
loop makes Django refuse it, and the server's database is not this process's database.
"""

import contextlib
import io
import os
import shutil
import socket
import subprocess
import time
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from reportlab.pdfgen import canvas

from tests.conftest import chromium, dev, environment, seeded_home

from .visiting import follow

HERE = "http://127.0.0.1"
expect.set_options(timeout=30000)  # a busy machine is slow, not wrong
FLAGS = [
    "--disable-gpu",
    "--use-fake-device-for-media-stream",  # a microphone that beeps; no page may use it unless a test allows it
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A seeded home of this module's own."""
    home = tmp_path_factory.mktemp("home") / "var"
    try:
        shutil.copytree(seeded_home(), home)
    except SystemExit as ended:
        raise RuntimeError(
            "the demonstration could not be seeded: see the captured output"
        ) from ended
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def site(home):
    """The address of a server of this module's own."""
    with serving(home) as (address, _):
        yield address


@contextlib.contextmanager
def serving(home, port=None):
    """A real server on a home: its address and its process, the leader of its own group."""
    port = port or free_port()
    address, log = f"{HERE}:{port}", home.parent / "server.log"
    with log.open("a") as out:
        server = subprocess.Popen(
            [str(part) for part in dev.server(port)],
            cwd=dev.ROOT,
            stdout=out,
            stderr=out,
            start_new_session=True,
            env={**os.environ, **environment(home), "IMSA_URL": address, "IMSA_DEV_WORKERS": "1"},
        )
    try:
        until = time.monotonic() + 90
        while not answers(address):
            if server.poll() is not None or time.monotonic() > until:
                pytest.fail(f"the server did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield address, server
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture(scope="module")
def serve():
    """`with serve(home) as (address, server):` for tests that end their server themselves."""
    return serving


@pytest.fixture(scope="module")
def manage(home):
    """`manage("check_record")`: a command of manage.py on this module's home, and what it printed."""

    def command(*args):
        done = subprocess.run(
            [str(dev.PYTHON), "manage.py", *args],
            cwd=dev.ROOT,
            capture_output=True,
            text=True,
            env={**os.environ, **environment(home)},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return command


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(address):
    try:
        return urlopen(address, timeout=30).status
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return None


@pytest.fixture(scope="module")
def browser(request):
    """Started and ended per module: while it lives, nothing else on this worker may use the ORM. A module that says WHOLE_BROWSER
    wants one that also sends in the background."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(
            executable_path=chromium(whole=getattr(request.module, "WHOLE_BROWSER", False)),
            args=FLAGS + ["--no-sandbox"] * root,
        )
        yield chrome
        chrome.close()


@pytest.fixture
def new_page(browser, site):
    """Make a page in a context of its own: `new_page(java_script_enabled=False, viewport=...)`.

    Whatever the test looks at, no page may ask another host for anything, or try what the
    Content Security Policy forbids.
    """
    contexts, outside, refused = [], [], []

    def make(**options):
        context = browser.new_context(
            **{"base_url": site, "locale": "en-GB", "timezone_id": "Europe/London", **options}
        )
        context.set_default_timeout(30000)
        context.on(
            "request",
            lambda request: outside.append(request.url) if foreign(request.url, site) else None,
        )
        context.route(lambda url: foreign(url, site), lambda route: route.abort())
        context.on(
            "console",
            lambda said: (
                refused.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )
        contexts.append(context)
        return context.new_page()

    make.outside = outside
    yield make
    for context in contexts:
        context.close()
    assert not outside, f"requests that left the site: {outside}"
    assert not refused, f"the Content Security Policy refused: {refused}"


def foreign(url, site):
    parts = urlsplit(url)
    # chrome: is the browser's own viewer of a PDF in the page; it asks nobody.
    return parts.scheme not in (
        "data",
        "blob",
        "about",
        "chrome",
        "chrome-extension",
    ) and parts.netloc not in (urlsplit(site).netloc, "localhost:" + site.rpartition(":")[2])


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture
def page_without_scripts(new_page):
    return new_page(java_script_enabled=False)


@pytest.fixture
def no_outside_requests(new_page):
    """Ask at any moment; every test is asked again at its end."""

    def check():
        assert not new_page.outside, f"requests that left the site: {new_page.outside}"

    return check


@pytest.fixture
def as_person():
    """`as_person(page, "trainee")` signs in through the demonstration's door."""

    def sign_in(page, key):
        page.goto("/demo/")
        follow(page.locator(f"button[name=person][value='{key}']").first)
        assert urlsplit(page.url).path != "/demo/", (
            f"{key} was not signed in: {page.inner_text('body')[:400]}"
        )
        return page

    return sign_in


@pytest.fixture(scope="module")
def looked_at():
    """What axe has seen: a page built of nothing but known pieces is not asked about again."""
    return set()


@pytest.fixture(scope="module")
def known():
    """What is open to everybody, and the account's own pages, once somebody has been there."""
    return set()


@pytest.fixture
def axe():
    """`axe(page)`: no violation of any impact; `axe(page, runOnly=[…])`: of those rules."""

    def check(page, **options):
        found = (
            Axe()
            .run(page, options={"resultTypes": ["violations"], "preload": False, **options})
            .response["violations"]
        )
        assert not found, f"{page.url}\n" + "\n".join(
            f"{one['id']} ({one['impact']}): {one['help']}\n    "
            + "\n    ".join(node["html"][:200] for node in one["nodes"])
            for one in found
        )

    return check


@pytest.fixture
def pdf():
    """`pdf("words", author="…")`: the bytes of a real, small PDF that names its author in its properties."""

    def draw(words="An essay about one invented survivor.", author=""):
        buffer = io.BytesIO()
        paper = canvas.Canvas(buffer)
        paper.setAuthor(author)
        paper.drawString(72, 720, words)
        paper.showPage()
        paper.save()
        return buffer.getvalue()

    return draw
