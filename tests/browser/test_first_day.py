"""The first day of docs/running.md, word for word, in production settings, by the real doors: commands, mail, password, second factor."""

import contextlib
import datetime
import ipaddress
import os
import re
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import FLAGS, free_port
from tests.browser.visiting import follow
from tests.conftest import chromium, dev
from tests.people.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "violet kettle morning rain"


def calm_context(browser):
    """Its own certificate is accepted, and a busy machine is slow, not wrong."""
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(90000)
    return context


def commands():
    """The commands of the first day, as they stand on the page."""
    part = (ROOT / "docs" / "running.md").read_text().split("## First day")[1].split("\n## ")[0]
    return [
        line.strip().partition("#")[0].strip()
        for line in part.splitlines()
        if line.startswith("    manage.py ")
    ]


def own_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            False,
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (folder / "tls.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))


@pytest.fixture
def place(tmp_path):
    """An empty installation: its environment, its address, and the mail server it sends by. Its tables are those of the template, which were made from
    nothing by the same command."""
    port = free_port()
    (tmp_path / "home").mkdir()
    shutil.copyfile(dev.template(), database := tmp_path / "home" / "db.sqlite3")
    with contextlib.closing(sqlite3.connect(database)) as tables:
        tables.execute("DELETE FROM kit_installation")  # the template's: it is a demonstration
        tables.commit()
    own_certificate(tmp_path)
    with Sink() as sink:
        env = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("IMSA_", "DJANGO_")) and k != "DATABASE_URL"
        } | {
            "DJANGO_SETTINGS_MODULE": "lms.settings.production",
            "IMSA_HOME": str(tmp_path / "home"),
            "IMSA_SECRET_KEY": "s" * 20 + "e3cr3t-of-the-first-day" * 2,
            "IMSA_HOSTS": "localhost",
            "IMSA_URL": f"https://localhost:{port}",
            "IMSA_ALLOW_SELF_MADE_KEY": "1",
            "IMSA_PROXIES": "0",
            "IMSA_SMTP_HOST": "127.0.0.1",
            "IMSA_SMTP_PORT": str(sink.port),
            "IMSA_MAIL_FROM": "no-reply@learning.example",
        }
        yield {"env": env, "url": env["IMSA_URL"], "port": port, "sink": sink, "folder": tmp_path}


def manage(place, *args):
    done = subprocess.run(
        [str(dev.PYTHON), "manage.py", *args],
        cwd=ROOT,
        env=place["env"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{args}: {done.stdout}{done.stderr}"
    return done.stdout


def text_of(mail):
    """The plain words, which come before the HTML."""
    first = mail.get_payload(0) if mail.is_multipart() else mail
    return first.get_payload(decode=True).decode()


def secret_on(page):
    """The key under the square, once the page stands; what is read while a page arrives is half a page."""
    return page.locator("#key-label .hash").inner_text().replace(" ", "")


def code_of(secret):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_the_first_day_ends_with_a_registrar_at_work(place, tmp_path):
    wanted = commands()
    assert any("appoint ada@example.org registrar" in line for line in wanted) and len(wanted) >= 6
    for line in wanted:
        words = line.split()[1:]
        if words[0] == "collectstatic":
            words.append("--no-input")
        manage(place, *words)
    manage(place, "work", "--once")
    letters = {address: text_of(mail) for address, mail in place["sink"].mails}
    assert {"ada@example.org", "grace@example.org", "mary@example.org"} <= set(letters), (
        "everyone is invited"
    )
    link = re.search(r"https://\S+/accounts/invitation/\S+", letters["ada@example.org"])[0]

    server = subprocess.Popen(
        [
            str(dev.PYTHON),
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{place['port']}",
            "--certfile",
            str(tmp_path / "tls.pem"),
            "--keyfile",
            str(tmp_path / "tls.key"),
            "--workers",
            "1",
            "--threads",
            "4",
            "--no-control-socket",
            "--log-level",
            "warning",
            "lms.wsgi",
        ],
        cwd=ROOT,
        env=place["env"],
        stdout=(tmp_path / "log").open("w"),
        stderr=subprocess.STDOUT,
    )
    try:
        wait_for(place["url"], server, tmp_path)
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
            context = calm_context(browser)
            page = context.new_page()
            page.goto(link)
            expect(page.get_by_text("This account was made for Ada Lovelace")).to_be_visible()
            page.get_by_label("Choose a password").fill(PASSWORD)
            page.get_by_label("Enter the password again").fill(PASSWORD)
            follow(page.get_by_role("button", name="Save my password"))
            expect(page.get_by_role("heading", name="Signing in safely")).to_be_visible()
            follow(page.get_by_role("link", name="Set up an app"))
            secret = secret_on(page)
            page.get_by_role("textbox").last.fill(code_of(secret))
            follow(page.locator("main form button[type=submit]").first)
            page.wait_for_load_state()
            page.goto(f"{place['url']}/registry/")
            expect(page.locator("h1")).to_be_visible()
            assert page.url.endswith("/registry/"), page.url
            cookies = {cookie["name"]: cookie for cookie in context.cookies()}
            assert cookies["__Host-imsa"]["secure"] and cookies["__Host-imsa"]["httpOnly"]

            # A stranger asks for new passwords, and changes nothing of anybody's.
            stranger = calm_context(browser).new_page()
            for address in ("ada@example.org", "grace@example.org"):
                stranger.goto(f"{place['url']}/accounts/password/reset/")
                stranger.get_by_role("textbox").first.fill(address)
                follow(stranger.locator("main form button[type=submit]").first)
                stranger.wait_for_load_state()
            page.goto(f"{place['url']}/registry/")
            assert page.url.endswith("/registry/")
            other = calm_context(browser).new_page()
            other.goto(
                re.search(r"https://\S+/accounts/invitation/\S+", letters["grace@example.org"])[0]
            )
            other.get_by_label("Choose a password").fill(PASSWORD + " too")
            other.get_by_label("Enter the password again").fill(PASSWORD + " too")
            follow(other.get_by_role("button", name="Save my password"))
            other.get_by_role("link", name="Add a passkey").wait_for()
            follow(other.get_by_role("link", name="Set up an app"))
            assert len(secret_on(other)) == 32, "a factor can be set"
            # The link is used up.
            other.goto(link)
            expect(other.get_by_text("This link has been used")).to_be_visible()
            browser.close()
    finally:
        server.terminate()
        server.wait(20)


def wait_for(url, server, folder):
    import ssl

    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    for _ in range(240):
        assert server.poll() is None, (folder / "log").read_text()
        try:
            with urlopen(f"{url}/healthz", context=trusting) as answer:  # noqa: S310 - our own
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError((folder / "log").read_text())
