"""The server is killed at the worst moments: what it acknowledged is there afterwards, and nothing half."""

import hashlib
import os
import re
import signal
import threading
from contextlib import ExitStack

import pytest
from playwright.sync_api import Error

from .conftest import free_port

DELAYS = [0.005, 0.02, 0.035, 0.05, 0.065, 0.08, 0.1, 0.12]
PASSWORD = "eleven brown hens in a long coat"
# The ones who study can all hand in a portfolio: one person for each time the server dies.
PEOPLE = f"""
from lms.people.models import User
for person in User.objects.filter(enrolments__cohort__code="IMSA-2026-09").order_by("pk"):
    person.set_password("{PASSWORD}")
    person.save()
    print("signs in:", person.email)
"""


class Running:
    """One home and one address, whose server can die and come back."""

    def __init__(self, home, serve, stack):
        self.home, self.serve, self.stack, self.port = home, serve, stack, free_port()
        self.start()

    def start(self):
        self.address, self.server = self.stack.enter_context(self.serve(self.home, self.port))

    def kill(self):
        os.killpg(self.server.pid, signal.SIGKILL)

    def start_again(self):
        self.server.wait(10)
        self.start()


@pytest.fixture(scope="module")
def running(home, serve):
    with ExitStack() as stack:
        yield Running(home, serve, stack)


@pytest.fixture(scope="module")
def people(running, manage):
    return re.findall("signs in: (.+)", manage("shell", "-c", PEOPLE))


@pytest.fixture
def signed_in(running, browser):
    """A client of one person's own, with no page: it asks and posts."""

    def client(email):
        asks = browser.new_context(base_url=running.address).request
        form = {
            "login": email,
            "password": PASSWORD,
            "csrfmiddlewaretoken": token(asks, "/accounts/login/"),
        }
        assert asks.post("/accounts/login/", form=form, max_redirects=0).status == 302
        return asks

    return client


def token(asks, path):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', asks.get(path).text()).group(1)


def hand_in(asks, code, content, just_before=lambda: None):
    """Post the essay and return the address of the receipt, or None when the server died first."""
    fields = {
        "note": "",
        "is_anonymised": "on",
        "is_own": "on",
        "action": "hand_in",
        "csrfmiddlewaretoken": token(asks, f"/my-work/{code}/"),
        "file": {"name": "essay.pdf", "mimeType": "application/pdf", "buffer": content},
    }
    just_before()
    try:
        answer = asks.post(f"/my-work/{code}/", multipart=fields, max_redirects=0)
    except Error:
        return None
    assert answer.status == 302, answer.text()
    return answer.headers["location"]


def receipt_of(asks, code):
    """The receipt which the person's own page names, or None."""
    found = re.search(r"/my-work/receipts/R-\w{4}-\w{4}/", asks.get(f"/my-work/{code}/").text())
    return found and found.group()


def is_whole(asks, code, receipt, content):
    page = asks.get(receipt)
    assert page.ok and hashlib.sha256(content).hexdigest() in page.text()
    kept = asks.get(f"/my-work/{code}/file/")
    assert kept.ok and kept.body() == content, "the bytes are not the ones handed in"


def test_killed_between_the_check_and_the_handing_in(running, people, signed_in, pdf, manage):
    """What was shown as kept is there afterwards, and the page that was open hands it in."""
    asks, content = signed_in(people[1]), pdf("Chosen, looked at, and then the lights went out.")
    fields = {
        "note": "Kept.",
        "is_anonymised": "on",
        "is_own": "on",
        "csrfmiddlewaretoken": token(asks, "/my-work/703-PLAN/"),
    }
    file = {"name": "essay.pdf", "mimeType": "application/pdf", "buffer": content}
    answer = asks.post(
        "/my-work/703-PLAN/", multipart={**fields, "action": "check", "file": file}, max_redirects=0
    )
    assert (answer.status, answer.headers["location"]) == (302, "/my-work/703-PLAN/check/")
    fingerprint = hashlib.sha256(content).hexdigest()
    assert fingerprint in asks.get("/my-work/703-PLAN/check/").text()
    running.kill()
    running.start_again()
    page = asks.get("/my-work/703-PLAN/check/").text()
    assert fingerprint in page and "Kept." in page and not receipt_of(asks, "703-PLAN")
    answer = asks.post(
        "/my-work/703-PLAN/",
        form={**fields, "action": "hand_in", "fingerprint": fingerprint},
        max_redirects=0,
    )
    is_whole(asks, "703-PLAN", answer.headers["location"], content)
    manage("check_record")


def test_killed_when_the_receipt_has_just_arrived(running, people, signed_in, pdf, manage):
    asks, content = signed_in(people[0]), pdf("The last words before the lights went out.")
    receipt = hand_in(asks, "703-PLAN", content)
    running.kill()
    assert receipt
    running.start_again()
    is_whole(asks, "703-PLAN", receipt, content)
    manage("check_record")


def test_killed_while_the_work_comes_in(running, people, signed_in, pdf, manage):
    assert len(people) == len(DELAYS)
    acknowledged = kept = 0
    for email, delay in zip(people, DELAYS, strict=True):
        asks, content = signed_in(email), pdf(f"An essay that meets the end after {delay} seconds.")
        death = threading.Timer(delay, running.kill)
        receipt = hand_in(asks, "702-PORTFOLIO", content, just_before=death.start)
        death.join()
        running.start_again()
        there = receipt_of(asks, "702-PORTFOLIO")
        if receipt:
            acknowledged += 1
            assert there == receipt, "acknowledged and lost"
        kept += bool(there)
        receipt = there or hand_in(asks, "702-PORTFOLIO", content)
        assert receipt, "a second try is not taken"
        is_whole(asks, "702-PORTFOLIO", receipt, content)
    manage("check_record")
    print(f"{acknowledged} acknowledged, {kept} kept, of {len(DELAYS)}")
