"""What a killed process left on the disk goes; what any row names, or might still name, stays."""

import json
import os
import re
import time
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from assessments.taking.models import Submission
from certificates.actions import stray_files
from certificates.actions.stray_files import drop_strays, find_strays
from certificates.models import Certificate
from lms.kit import files
from lms.kit.files import parts
from lms.kit.refusals import NotAllowed
from lms.people.roles import Operator
from lms.record.models import Entry

from . import scene

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]
BY = Operator("work")


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path


def kept(folder="submissions", ending="pdf", days=2):
    from django.conf import settings

    path = files.keep(b"someone's work", folder, ending)
    place = Path(settings.PRIVATE_ROOT, path)
    os.utime(place, (time.time() - days * 86400,) * 2)
    return path, place


def test_it_goes_when_no_row_names_it_and_a_day_has_passed(root):
    (_, stray), (_, new), (_, half), (_, elsewhere) = (
        kept(),
        kept(days=0.5),
        kept("scripts", "part"),
        kept("imports-of-courses", "json"),
    )
    assert (
        set(find_strays().paths) == {str(p.relative_to(root)) for p in (stray, half)}
        and stray.exists()
    )
    entries = Entry.objects.count()
    assert drop_strays(by=BY) == {"dropped": 2} and drop_strays(by=BY) == {"dropped": 0}
    assert not stray.exists() and not half.exists() and new.exists() and elsewhere.exists()
    assert Entry.objects.count() == entries + 1


def test_what_a_row_names_stays_whatever_its_age_and_folder(root):
    own = Submission.objects.get(enrolment=scene.certified("Ada").enrolment)
    certificate = Certificate.objects.get()
    os.utime(root / certificate.file, (0, 0))
    (_, one), (copy, two), (odd, three) = kept(), kept("scripts"), kept("certificates")
    Submission.objects.filter(pk=own.pk).update(original=odd, copy=copy)
    assert drop_strays(by=BY) == {"dropped": 1}
    assert (
        not one.exists() and two.exists() and three.exists() and (root / certificate.file).exists()
    )


def test_many_at_once_mean_an_old_database_and_nothing_is_dropped(root):
    places = [kept()[1] for _ in range(stray_files.FEW + 1)]
    half = kept("submissions", "part")[1]
    assert drop_strays(by=BY) == {"dropped": 1, "left": ["submissions"]}
    assert all(place.exists() for place in places) and not half.exists()
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("drop_stray_files", "--list", stdout=out)
    assert ended.value.code == 1 and json.loads(out.getvalue())["left"] == ["submissions"]


def test_the_command_lists_and_changes_nothing(root):
    path, place = kept()
    out = StringIO()
    call_command("drop_stray_files", "--list", stdout=out)
    assert json.loads(out.getvalue()) == {"stray": [path], "left": []} and place.exists()


def test_nobody_but_a_registrar_and_the_worker_drops_files(root):
    place = kept()[1]
    with pytest.raises(NotAllowed):
        drop_strays(by=scene.hub_officer())
    assert place.exists()


def test_every_folder_of_private_files_that_rows_name_is_known():
    """A folder that is missing in NAMED_BY is never tidied; a column that is missing there would lose somebody's work."""
    code = Path(stray_files.__file__).parents[2]
    kept_in = {
        found
        for room in ("lms", "courses", "cohorts", "assessments", "certificates")
        for p in (code / room).rglob("*.py")
        for found in re.findall(r'files\.keep\([^,]+,\s*"([\w-]+)"', p.read_text())
    }
    kept_in.add(parts.FOLDER)  # written piece by piece, by a way of its own
    assert kept_in == set(stray_files.NAMED_BY)
    columns = {
        (m, f.name)
        for m in apps.get_models()
        for f in m._meta.local_fields
        if "Private path" in str(getattr(f, "help_text", ""))
    }
    assert columns == {column for named in stray_files.NAMED_BY.values() for column in named}
