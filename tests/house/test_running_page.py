"""The example files of docs/running.md name commands and variables that exist."""

import configparser
import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import get_commands
from django.db import connection
from gunicorn.config import Config

from lms.kit import files
from lms.people.actions import admit
from lms.people.models import User
from lms.people.roles import Operator
from lms.record.checking import check as check_record
from lms.settings import base
from lms.settings.variables import VARIABLES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def unit(name):
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str
    found.read(DOCS / "running" / name)
    return found["Service"]


def test_the_web_unit_starts_gunicorn_with_options_that_it_knows():
    words = unit("imsa-web.service")["ExecStart"].split("gunicorn ")[1].split()
    options = Config().parser().parse_args(words)
    assert options.args == ["lms.wsgi"] and options.timeout >= 60 and "--no-control-socket" in words


def test_the_worker_unit_runs_a_command_there_is_and_starts_again():
    service = unit("imsa-worker.service")
    assert (
        service["ExecStart"].split("manage.py ")[1] in get_commands()
        and service["Restart"] == "always"
    )


def test_the_units_are_closed_to_others_and_read_the_variables():
    for name in ("imsa-web.service", "imsa-worker.service"):
        assert (unit(name)["UMask"], unit(name)["EnvironmentFile"]) == ("0077", "/etc/imsa.env")


def test_the_server_in_front_tells_the_scheme_and_does_not_believe_a_clients_address():
    text = (DOCS / "running" / "nginx.conf").read_text()
    assert "X-Forwarded-Proto $scheme;" in text and "X-Forwarded-For $remote_addr;" in text
    assert "client_max_body_size 25m;" in text and "proxy_request_buffering on;" in text
    assert text.count("{") == text.count("}")


def test_the_page_names_commands_and_variables_that_exist():
    page = (DOCS / "running.md").read_text()
    assert set(re.findall(r"manage\.py (\w+)", page)) <= set(get_commands()) | {
        "version",
        "check",
        "migrate",
    }
    assert set(re.findall(r"IMSA_[A-Z0-9_]+", page)) <= {one.name for one in VARIABLES} | set(
        dir(base)
    )


# ---- backup and restore, as the page writes them ----


def backup_of_the_page():
    """The commands of the nightly backup and of the restore, as they stand on the page."""
    part = (DOCS / "running.md").read_text().split("## Backup and restore")[1].split("\n## ")[0]
    block = [re.sub(r" +#.*", "", line.strip()) for line in re.findall(r"^    (.+)$", part, re.M)]
    sqlite = re.search(r"# SQLite: (sqlite3 .+)$", part, re.M)[1]
    restore = re.search(r"`(pg_restore [^`]+)`", part)[1]
    return {
        "umask": block[0],
        "dump": next(line for line in block if line.startswith("pg_dump")),
        "sqlite": sqlite,
        "files": next(line for line in block if line.startswith("tar")),
        "restore": restore,
    }


def sh(folder, *commands):
    subprocess.run(
        ["/bin/sh", "-ec", "\n".join(commands)],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )


@contextlib.contextmanager
def another_database(name):
    """The same questions, asked of the restored one."""
    connection.close()
    was, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = was


@pytest.mark.django_db(transaction=True)
def test_the_backup_of_the_page_is_restored_whole_and_read_by_nobody_else(tmp_path, settings):
    page, srv, kept, empty = (
        backup_of_the_page(),
        tmp_path / "srv",
        tmp_path / "backup",
        tmp_path / "empty",
    )
    for folder in (srv / "imsa" / "home", kept, empty):
        folder.mkdir(parents=True)
    settings.PRIVATE_ROOT = srv / "imsa" / "home" / "private"
    for n in range(3):
        admit(by=Operator("test"), email=f"p{n}@imsa.example", first_name="Ada")
    private, before = files.keep(b"a piece of work", "submissions", "pdf"), check_record()
    assert before["whole"] and before["entries"] == 3
    if on_postgres := connection.vendor == "postgresql":
        server = urlsplit(os.environ["DATABASE_URL"])
        stored, restored = (
            server._replace(path=f"/{name}").geturl()
            for name in (connection.settings_dict["NAME"], "imsa_restored")
        )
        dump = page["dump"].replace("pg_dump -Fc imsa ", f"pg_dump -Fc {stored} ")
        restore = page["restore"].replace("-d imsa ", f"-d {restored} ")
        assert stored in dump and restored in restore
    else:
        dump, restore, restored = (
            page["sqlite"].replace(
                "/srv/imsa/home/db.sqlite3", str(connection.settings_dict["NAME"])
            ),
            "",
            str(kept / "imsa.sqlite3"),
        )
    sh(kept, page["umask"], dump, page["files"].replace("/srv/imsa", str(srv / "imsa")))
    assert {path.stat().st_mode & 0o077 for path in kept.iterdir()} == {0} and len(
        list(kept.iterdir())
    ) == 2
    admit(by=Operator("test"), email="later@imsa.example", first_name="Later")
    if on_postgres:
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE imsa_restored TEMPLATE template0")
    try:
        sh(kept, restore or "true", f"tar -C {empty} -xf home.tar")
        with another_database("imsa_restored" if on_postgres else restored):
            assert check_record() == before and User.objects.count() == 3
    finally:
        if on_postgres:
            with connection.cursor() as cursor:
                cursor.execute("DROP DATABASE imsa_restored WITH (FORCE)")
    settings.PRIVATE_ROOT = empty / "home" / "private"
    assert files.read(private) == b"a piece of work"


@pytest.mark.skipif(
    not shutil.which("nginx", path="/usr/sbin:/usr/bin"), reason="SKIPPED LOUDLY: no nginx here"
)
def test_nginx_of_this_system_takes_the_example(tmp_path):
    """Debian 12 has nginx 1.22: a directive that is newer leaves a site without its front door."""
    text = (DOCS / "running" / "nginx.conf").read_text()
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "chain.pem",
            "-days",
            "1",
            "-subj",
            "/CN=imsa.example",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    text = re.sub(
        r"/etc/letsencrypt/live/imsa\.example/(?:fullchain|privkey)\.pem",
        lambda found: str(tmp_path / ("chain.pem" if "full" in found[0] else "key.pem")),
        text,
    )
    text = text.replace("listen 80;", "listen 127.0.0.1:18080;").replace(
        "listen 443 ", "listen 127.0.0.1:18443 "
    )
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{ access_log off; client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p;"
        f" fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;\n{text}\n}}\n"
    )
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    answer = subprocess.run(
        [nginx, "-t", "-e", tmp_path / "log", "-c", tmp_path / "nginx.conf"],
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr


def test_the_pages_of_the_server_in_front_are_named_and_ask_for_nothing_outside():
    conf = (DOCS / "running" / "nginx.conf").read_text()
    for name in ("too-large.html", "away.html"):
        page = (DOCS / "running" / name).read_text()
        assert (
            f"/{name};" in conf
            and "viewport" in page
            and not re.findall(r"(?:src|href)=|url\(", page)
        )
