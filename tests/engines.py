"""All tests on SQLite, then those that care about the engine on PostgreSQL, and one closing line.

The server is the one at IMSA_PG_URL, or a private one started here in a temporary folder and
ended here; it refuses to touch a server it was not told about.
"""

import contextlib
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MISSING = (
    "SKIPPED LOUDLY: PostgreSQL tests: no server found (apt-get install postgresql, "
    "or set IMSA_PG_URL=postgres://user@host/name to one whose user may create databases)"
)


def pytest(args, **env):
    """The exit code and the counts of one run."""
    with tempfile.TemporaryDirectory(prefix="imsa-tally-") as folder:
        tally = Path(folder) / "tally.json"
        command = [sys.executable, "-m", "pytest", *args]
        code = subprocess.call(
            command, cwd=ROOT, env={**os.environ, **env, "IMSA_TALLY": str(tally)}
        )
        counts = json.loads(tally.read_text()) if tally.exists() else {}
    return code, counts


def programs():
    """Where PostgreSQL's own programs are (Debian keeps them off PATH), newest first."""
    places = sorted(
        glob.glob("/usr/lib/postgresql/*/bin"), key=lambda place: -int(place.split("/")[4])
    )
    on_path = shutil.which("initdb")
    places += [str(Path(on_path).resolve().parent)] if on_path else []
    return next((Path(place) for place in places if Path(place, "initdb").exists()), None)


@contextlib.contextmanager
def server():
    """A URL, or None when this machine has no PostgreSQL."""
    if os.environ.get("IMSA_PG_URL"):
        yield os.environ["IMSA_PG_URL"]
        return
    place = programs()
    if not place:
        yield None
        return
    folder = tempfile.mkdtemp(prefix="imsa-pg-")
    log = Path(folder, "log").open("w")
    as_whom = {"cwd": folder, "stdout": log, "stderr": log}
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # PostgreSQL refuses to run as root
        as_whom.update(user="postgres", group="postgres", extra_groups=[])
        shutil.chown(folder, "postgres", "postgres")
    running = None
    try:
        subprocess.run(
            [
                place / "initdb",
                "-D",
                f"{folder}/data",
                "-U",
                "imsa",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ],
            check=True,
            **as_whom,
        )
        # Thrown away afterwards, so nothing is worth a wait for the disk.
        running = subprocess.Popen(
            [
                place / "postgres",
                "-D",
                f"{folder}/data",
                "-k",
                folder,
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
                "-c",
                "synchronous_commit=off",
                "-c",
                "full_page_writes=off",
                "-c",
                "log_min_messages=fatal",
            ],
            **as_whom,
        )
        until = time.monotonic() + 30
        while subprocess.call([place / "pg_isready", "-q", "-h", folder, "-U", "imsa"]) != 0:
            if running.poll() is not None or time.monotonic() > until:
                raise SystemExit(
                    f"the private PostgreSQL server did not start:\n{Path(folder, 'log').read_text()}"
                )
            time.sleep(0.1)
        with kept_template(place, folder):
            yield f"postgres://imsa@{folder.replace('/', '%2F')}/postgres"
    finally:
        log.close()
        if running:
            running.send_signal(signal.SIGINT)  # its "fast" shutdown
            running.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def kept_template(place, folder):
    """The migrated template outlives the throw-away server as a dump in .cache."""
    sys.path.insert(
        0, str(ROOT)
    )  # this file runs by itself, and what it asks for is in the package
    from tests.conftest import dev, postgres_template_name

    name = postgres_template_name()
    dump, to = dev.CACHE / f"{name}.sql", ["-h", folder, "-U", "imsa"]
    if dump.exists():
        subprocess.run([place / "createdb", *to, f"{name}_part"], check=True)
        subprocess.run(
            [
                place / "psql",
                *to,
                "-q",
                "-1",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                f"{name}_part",
                "-f",
                dump,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        subprocess.run(
            [
                place / "psql",
                *to,
                "-q",
                "-d",
                "postgres",
                "-c",
                f"ALTER DATABASE {name}_part RENAME TO {name}",
            ],
            check=True,
        )
    yield
    if not dump.exists():
        for old in dev.CACHE.glob("imsa_tpl_*.sql"):
            old.unlink()
        part = dump.with_suffix(".part")
        if (
            subprocess.call(
                [place / "pg_dump", *to, "--no-owner", "-f", part, name], stderr=subprocess.DEVNULL
            )
            == 0
        ):
            part.replace(dump)


def main(args):
    began, everything, measured = time.monotonic(), "--all" in args, "--coverage" in args
    args = [arg for arg in args if arg not in ("--all", "--coverage")]
    if measured:
        args += ["--cov", "--cov-report=term:skip-covered"]
    if everything:
        os.environ["IMSA_TEST_ALL"] = "1"
    os.environ.pop("DATABASE_URL", None)
    # The first pass of --all runs in another order each day, so that no test leans on the one before it.
    order = [] if "--shuffle" in args or not everything else ["--shuffle", time.strftime("%Y%m%d")]
    if order:
        print(f"-- in the order of {' '.join(order)}", flush=True)
    code, counts = pytest([*args, *order])
    if code not in (0, 1) or not counts.get("again"):
        return code
    with server() as url:
        if url:
            print("\n-- the same questions to PostgreSQL", flush=True)
            again = [*args, "--cov-append"] if measured else args
            second, more = pytest(again, DATABASE_URL=url)
            code = code or (0 if second == 5 else second)
            counts = {key: counts[key] + more.get(key, 0) for key in counts}
        else:
            print(MISSING)
            code = code or int(everything)
    print(
        f"\n{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped "
        f"in {time.monotonic() - began:.0f}s",
        flush=True,
    )
    return code


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the private server ends too
    try:
        raise SystemExit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        raise SystemExit(130)
