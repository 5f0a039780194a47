"""Requests a second, queries and bytes of the pages a trainee opens most: the real server, eight clients, signed in.

Uses `wrk` where it is installed, else eight threads of its own, which cost the server some of its two cores.
"""

import gzip
import http.client
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.figures import say
from tests.browser.conftest import free_port, seeded_home
from tests.conftest import dev

SECONDS, CLIENTS = 8, 8
PAGES = [("course home", "/study/", 120), ("unit page", "/study/units/701-1/all/", 160)]
QUERIES = """
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lms.people.middleware import DEMONSTRATION_KEY
from lms.people.models import User
client = Client(HTTP_HOST="127.0.0.1")
client.force_login(User.objects.get(email="mairi.nicdhomhnaill@imsa.example"))
session = client.session; session[DEMONSTRATION_KEY] = True; session.save()
for address in %r:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    print(len(asked))
"""
GROW = """
from benchmarks.scale import more_trainees, more_units
more_trainees(10_000, more_units(175), 100)
"""


def main():
    figures = []
    with tempfile.TemporaryDirectory(prefix="imsa-bench-") as folder:
        home = Path(folder) / "var"
        shutil.copytree(seeded_home(), home)
        for size in ("demonstration", "200 units, 10,000 trainees"):
            if size != "demonstration":
                shell(home, GROW)
            counts = shell(home, QUERIES % ([address for _, address, _ in PAGES],)).split()
            figures += [
                (f"{name}, queries ({size})", int(n), "queries", 10, "at most")
                for (name, _, _), n in zip(PAGES, counts[-len(PAGES) :], strict=True)
            ]
            with serving(home) as port:
                cookie = sign_in(port)
                for name, address, limit in PAGES:
                    fetch(port, address, cookie)
                    figures.append(
                        (
                            f"{name} ({size})",
                            round(rate(port, address, cookie), 1),
                            "requests/s",
                            limit,
                            "at least",
                        )
                    )
                if size == "demonstration":
                    first, after = weights(port, PAGES[1][1], cookie)
                    figures += [
                        ("unit page, first visit", first, "bytes", 60_000, "at most"),
                        ("unit page, after", after, "bytes", 15_000, "at most"),
                    ]
    return say(*figures)


def environment(home, database=""):
    """`database`: its address; without one it is SQLite below `home`."""
    return {
        **os.environ,
        "IMSA_HOME": str(home),
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
    }


def shell(home, code, database=""):
    done = subprocess.run(
        [str(dev.PYTHON), "manage.py", "shell", "-v0", "-c", code],
        cwd=dev.ROOT,
        text=True,
        capture_output=True,
        env={**environment(home, database), "PYTHONPATH": str(dev.ROOT)},
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


@contextmanager
def serving(home, database=""):
    port = free_port()
    server = subprocess.Popen(
        [str(part) for part in dev.server(port)],
        cwd=dev.ROOT,
        env=environment(home, database),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                if fetch(port, "/healthz", "")[0] == 200:
                    break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(60)


def fetch(port, address, cookie, method="GET", body=None, **headers):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request(method, address, body, {"Cookie": cookie, "Accept-Encoding": "gzip", **headers})
    answer = line.getresponse()
    content = answer.read()
    line.close()
    return answer.status, content, answer.headers


def sign_in(port):
    _, page, headers = fetch(port, "/demo/", "")
    cookies = {
        k: v for k, v in (c.split(";")[0].split("=", 1) for c in headers.get_all("Set-Cookie"))
    }
    page = gzip.decompress(page) if headers.get("Content-Encoding") == "gzip" else page
    token = re.search(rb'csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()
    joined = "; ".join(f"{k}={v}" for k, v in cookies.items())
    status, _, headers = fetch(
        port,
        "/demo/",
        joined,
        "POST",
        urlencode({"csrfmiddlewaretoken": token, "person": "trainee"}),
        **{
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://127.0.0.1:{port}/demo/",
        },
    )
    assert status == 302, status
    cookies.update(c.split(";")[0].split("=", 1) for c in headers.get_all("Set-Cookie"))
    return "; ".join(f"{k}={v}" for k, v in cookies.items())


def rate(port, address, cookie):
    if shutil.which("wrk"):
        said = subprocess.run(
            [
                "wrk",
                "-t1",
                f"-c{CLIENTS}",
                f"-d{SECONDS}s",
                "-H",
                f"Cookie: {cookie}",
                "-H",
                "Accept-Encoding: gzip",
                f"http://127.0.0.1:{port}{address}",
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "Non-2xx" not in said, said
        return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    until, counts = time.perf_counter() + SECONDS, []

    def client():
        n = 0
        while time.perf_counter() < until:
            assert fetch(port, address, cookie)[0] == 200
            n += 1
        counts.append(n)

    crowd = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return sum(counts) / SECONDS


def weights(port, address, cookie):
    """Bytes on the wire of a page with what it brings, and of the page alone."""
    _, page, headers = fetch(port, address, cookie)
    text = (gzip.decompress(page) if headers.get("Content-Encoding") == "gzip" else page).decode()
    brought = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg|woff2))"', text))
    for sheet in [b for b in brought if b.endswith(".css")]:
        brought |= {
            f"/static/{m}"
            for m in re.findall(r'url\("\.\./([^"]+)"\)', gunzip(fetch(port, sheet, cookie)))
            if "latin-ext" not in m and "more" not in m
        }
    return len(page) + sum(len(fetch(port, one, cookie)[1]) for one in brought), len(page)


def gunzip(answer):
    _, content, headers = answer
    return (
        gzip.decompress(content) if headers.get("Content-Encoding") == "gzip" else content
    ).decode()
