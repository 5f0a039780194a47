"""The example files of docs/running.md name commands and variables that exist."""
import configparser
import re
from pathlib import Path

from django.core.management import get_commands
from gunicorn.config import Config

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
    assert service["ExecStart"].split("manage.py ")[1] in get_commands() and service["Restart"] == "always"


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
    assert set(re.findall(r"manage\.py (\w+)", page)) <= set(get_commands()) | {"version", "check", "migrate"}
    assert set(re.findall(r"IMSA_[A-Z0-9_]+", page)) <= {one.name for one in VARIABLES} | set(dir(base))
