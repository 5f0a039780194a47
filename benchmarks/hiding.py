"""Does an answer about a withheld person take as long as one about their twin? Pairs, asked one after the other.

    ./dev bench hiding [ROUNDS [sqlite]]

In each round the two questions of a pair change places, so that whatever else the machine does falls on both. At the check the twin is a
number nobody has; of a file or badge it is another holder, and half way the two change parts, so that what is one person's own (the size of
a file) falls on both too. Printed for each door: the middle of the ratios withheld/twin, and where the middle half of them lies.
"""

import contextlib
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.register.server import UNLIMITED

ROOT = Path(__file__).resolve().parents[1]
ROUNDS, WARM = 400, 5
NEAR = 1.05  # the middle ratio, and its inverse: quicker would tell as much as slower
INSIDE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from benchmarks.hiding import main
import sys; sys.exit(main({rounds}))
"""


def doors():
    """{name: {half: (ask about the withheld, ask about the twin)}}, the parts as they are in each half."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from certificates.actions import make_token
    from lms.kit import codes, files
    from tests.certificates import scene

    people = [
        scene.certified(given, family) for given, family in (("Anna", "Ashby"), ("Cora", "Cooke"))
    ]
    for n in range(8):
        scene.certified("Dora", f"Else{'abcdefgh'[n]}")
    where = scene.organisation("BENCH", "Bench House")
    _, key = make_token(
        where, "Bench", ["check"], scene.TODAY + timedelta(days=90), by=scene.contact(where)
    )
    client, numbers = Client(), itertools.count(12_345_678_901, 7_919)
    client.get("/certificates/verify/")

    def checked(number, family):
        led = client.post("/check/", {"number": number, "surname": family})
        assert led.status_code == 302 and client.get(led["Location"]).status_code == 200

    def by_key(number, family):
        given = {"number": number, "family_name": family, "purpose": "work"}
        assert (
            client.post(
                "/api/v1/check",
                given,
                "application/json",
                headers={"authorization": f"Bearer {key}"},
            ).json()["code"]
            == "not_found"
        )

    def verified(held):
        led = client.post(
            "/certificates/verify/", {"file": SimpleUploadedFile("c.pdf", files.read(held.file))}
        )
        assert led.status_code == 302 and client.get(led["Location"]).status_code == 200

    def badge(held):
        uid = held.credentials.get(kind="accreditation").uid
        assert client.get(f"/credentials/{uid}", headers={"accept": "text/html"}).status_code == 200

    def halves(ask, of):
        return {
            half: (
                lambda held=people[half]: ask(*of(held)),
                lambda held=people[1 - half]: ask(*of(held)),
            )
            for half in (0, 1)
        }

    def by_number(ask):
        return {
            half: (
                lambda held=people[half]: ask(held.number, held.facts["family_name"]),
                lambda held=people[half]: ask(
                    codes.numbered("C", next(numbers)), held.facts["family_name"]
                ),
            )
            for half in (0, 1)
        }

    def with_another_name(ask):
        return {
            half: (
                lambda held=people[half]: ask(held.number, held.facts["family_name"]),
                lambda held=people[1 - half]: ask(held.number, "Nobody"),
            )
            for half in (0, 1)
        }

    found = {
        "check, and a number nobody has": by_number(checked),
        "check, and another name": with_another_name(checked),
        "key, and a number nobody has": by_number(by_key),
        "key, and another name": with_another_name(by_key),
        "verify": halves(verified, lambda held: (held,)),
        "badge page": halves(badge, lambda held: (held,)),
    }
    return people, found


def ratios(people, found, rounds) -> dict[str, list]:
    """{door: [(seconds of the withheld, of the twin)]}"""
    from certificates.actions import lift_withholding, withhold
    from certificates.models import Tally
    from tests.certificates import scene

    took, officer = {name: [] for name in found}, scene.hub_officer()
    for half in (0, 1):
        lift_withholding(people[1 - half].enrolment.person, "x", by=officer)
        withhold(people[half].enrolment.person, "x", by=officer)
        for n in range(rounds // 2 + WARM):
            Tally.objects.all().delete()
            for name, asks in found.items():
                pair = {}
                for which in (0, 1) if n % 2 else (1, 0):
                    begun = time.perf_counter()
                    asks[half][which]()
                    pair[which] = time.perf_counter() - begun
                if n >= WARM:
                    took[name].append((pair[0], pair[1]))
    return took


def main(rounds=ROUNDS) -> int:
    from django.db import connection

    from lms.kit import clock
    from tests.certificates.scene import TODAY

    with clock.at(TODAY):
        took, faults = ratios(*doors(), int(rounds)), 0
    for name, pairs in took.items():
        low, middle, high = statistics.quantiles([withheld / twin for withheld, twin in pairs], n=4)
        each = [round(statistics.median(times) * 1000, 2) for times in zip(*pairs, strict=True)]
        holds = max(middle, 1 / middle) <= NEAR
        faults |= not holds
        print(
            json.dumps(
                {
                    "figure": f"hiding.{name}",
                    "value": round(middle, 3),
                    "spread": [round(low, 3), round(high, 3)],
                    "unit": "times withheld/twin",
                    "limit": NEAR,
                    "holds": holds,
                    "pairs": len(pairs),
                    "ms": each,
                    "engine": connection.vendor,
                }
            ),
            flush=True,
        )
    return faults


def on_each_engine(rounds=ROUNDS, only="") -> int:
    """On SQLite, and where there is one on a PostgreSQL of its own (not with `only` “sqlite”); both are thrown away."""
    sys.path.insert(0, str(ROOT / "tests"))
    import engines

    from tests.conftest import dev

    faults, plain = 0, {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    for server in (contextlib.nullcontext(""), *[engines.server()] * (only != "sqlite")):
        with server as url, tempfile.TemporaryDirectory(prefix="imsa-hiding-") as home:
            if url is None:
                print(engines.MISSING, file=sys.stderr)
                continue
            Path(home, "imsa_unlimited.py").write_text(UNLIMITED)
            given = {
                "IMSA_HOME": home,
                "DJANGO_SETTINGS_MODULE": "imsa_unlimited",
                "PYTHONPATH": os.pathsep.join([home, str(ROOT)]),
            }
            if url:
                given["DATABASE_URL"] = url
            else:
                shutil.copyfile(dev.template(), Path(home, "db.sqlite3"))
            command = [
                sys.executable,
                "manage.py",
                "shell",
                "-v0",
                "-c",
                INSIDE.format(rounds=int(rounds)),
            ]
            faults |= subprocess.call(command, cwd=ROOT, env={**plain, **given})
    return faults
