"""The real server, and eight browsers before it."""

import contextlib
import http.client
import re
import subprocess
import sys
import threading
import time
from urllib.parse import urlencode

from .server import ROOT

CLIENTS = 8


@contextlib.contextmanager
def serving(server, database):
    from tests.browser.conftest import free_port
    from tests.conftest import dev

    port = free_port()
    running = subprocess.Popen(
        [str(part) for part in dev.server(port)],
        cwd=ROOT,
        env=server.environment(database),
        stdout=sys.stderr,
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                if Browser(port).ask("GET", "/healthz")[0] == 200:
                    break
            time.sleep(0.2)
        yield port
    finally:
        running.terminate()
        running.wait(60)


class Browser:
    """One client with its own cookies and one line to the server, kept open as browsers do."""

    def __init__(self, port):
        self.line, self.cookie, self.token, self.weight = (
            http.client.HTTPConnection("127.0.0.1", port, timeout=60),
            "",
            "",
            0,
        )
        self.headers = {
            "Accept-Encoding": "gzip",
            "Referer": f"http://127.0.0.1:{port}/check/",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def ask(self, method, address, body=None):
        for again in (True, False):
            try:
                self.line.request(method, address, body, {**self.headers, "Cookie": self.cookie})
                answer = self.line.getresponse()
                break
            except (
                http.client.RemoteDisconnected,
                ConnectionError,
            ):  # the server lets an idle line go
                self.line.close()
                if not again:
                    raise
        content = answer.read()
        self.weight += len(content)
        return answer.status, content, answer.headers

    def open_form(self):
        self.headers.pop("Accept-Encoding", None)  # to read it here without unpacking
        status, page, headers = self.ask("GET", "/check/")
        assert status == 200, status
        self.headers["Accept-Encoding"] = "gzip"
        self.cookie = "; ".join(
            cookie.split(";")[0] for cookie in headers.get_all("Set-Cookie") or []
        )
        self.token = re.search(rb'csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()

    def check(self, question):
        number, surname, on = question
        body = urlencode(
            {"csrfmiddlewaretoken": self.token, "number": number, "surname": surname, "on": on}
        )
        status, _, headers = self.ask("POST", "/check/", body)
        assert status == 302, status
        status, _, _ = self.ask("GET", headers["Location"])
        assert status == 200, status


def crowd(port, asked, seconds) -> dict:
    """Eight clients at once: whole checks, or the form's page where nothing is asked."""
    counts, weights, faults = [], [], []

    def client(n):
        try:
            browser, done, o = Browser(port), 0, n
            browser.open_form()
            ready.wait()
            until = time.perf_counter() + seconds
            while time.perf_counter() < until:
                if asked:
                    browser.check(asked[o % len(asked)])
                else:
                    assert browser.ask("GET", "/check/")[0] == 200
                o, done = o + CLIENTS, done + (2 if asked else 1)
            counts.append(done)
            weights.append(browser.weight)
        except Exception as fault:
            faults.append(fault)
            ready.abort()

    ready = threading.Barrier(CLIENTS)
    people = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    began, busy = time.perf_counter(), time.process_time()
    for one in people:
        one.start()
    for one in people:
        one.join()
    if faults:
        raise faults[0]
    took = time.perf_counter() - began
    return {
        "requests": sum(counts),
        "seconds": took,
        "own": (time.process_time() - busy) / took,
        "bytes": sum(weights),
    }
