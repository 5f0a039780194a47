"""Finds and drops private files that no row names; it refuses to touch a folder it cannot ask about, and many at once."""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from assessments.cases.models.evidence import Evidence
from assessments.marking.feedback_files import FeedbackFile
from assessments.taking.models import Handing, PartialUpload, Submission, Upload
from cohorts.applications.models import ApplicationFile
from lms.kit import files
from lms.kit.refusals import insist
from lms.people.models import Role
from lms.people.roles import may_act_as
from lms.record.actions import write

from ..models import Certificate

# Every folder of private files, with every column that may name a file in it.
NAMED_BY = {
    "submissions": ((Submission, "original"), (Handing, "original"), (Upload, "original")),
    "scripts": ((Submission, "copy"), (Handing, "copy"), (Upload, "copy")),
    "parts": ((PartialUpload, "path"),),
    "feedback": ((FeedbackFile, "path"),),
    "evidence": ((Evidence, "path"),),
    "applications": ((ApplicationFile, "path"),),
    "certificates": ((Certificate, "file"),),
}
AGE = timedelta(days=1)  # a file is written before its row; nothing takes a day over that
FEW, SHARE = (
    20,
    10,
)  # more than this many, and more than one in so many of a folder: the database is the one that is old
AT_ONCE = 500


@dataclass
class Strays:
    """`paths` below PRIVATE_ROOT; `suspicious` names folders of which so much is named by no row that nothing is dropped."""

    paths: list = field(default_factory=list)
    suspicious: list = field(default_factory=list)


def find_strays() -> Strays:
    """Half-written files anywhere, and whole files that no row names, a day old. Reads, and changes nothing."""
    found, root = Strays(), Path(settings.PRIVATE_ROOT)
    before = time.time() - AGE.total_seconds()
    for folder in sorted(p for p in root.glob("*") if p.is_dir()):
        there = [p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()]
        old = [str(p.relative_to(root)) for p in there if p.stat().st_mtime < before]
        found.paths += [path for path in old if path.endswith(".part")]
        if folder.name not in NAMED_BY:
            continue
        whole = [path for path in old if not path.endswith(".part")]
        unnamed = [path for part in _parts(whole) for path in sorted(set(part) - _named(part))]
        if len(unnamed) > FEW and len(unnamed) * SHARE > len(there):
            found.suspicious.append(folder.name)
        else:
            found.paths += unnamed
    return found


def drop_strays(*, by) -> dict:
    """Drop what `find_strays` finds: 1. each file, asked about once more, 2. the record is written with how many. Twice is once.
    Folders that are suspicious are left whole and named in the answer."""
    insist(may_act_as(by, Role.REGISTRAR))
    found = find_strays()
    gone = [path for part in _parts(found.paths) for path in part if path not in _named(part)]
    for path in gone:
        files.drop(path)
    if gone:
        write(
            "certificates.drop_stray_files",
            "certificates.stray_files",
            by=by,
            after={"count": len(gone)},
        )
    return {"dropped": len(gone), **({"left": found.suspicious} if found.suspicious else {})}


def _parts(paths):
    return [paths[n : n + AT_ONCE] for n in range(0, len(paths), AT_ONCE)]


def _named(paths) -> set:
    """Those of these paths that any row names, in whichever column: a file in a wrong folder is somebody's work too."""
    columns = [column for named in NAMED_BY.values() for column in named]
    return {
        path
        for model, name in columns
        for path in model._default_manager.filter(**{f"{name}__in": paths}).values_list(
            name, flat=True
        )
    }
