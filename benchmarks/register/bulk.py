"""Inside a process with Django and one database: certificates, a list and watches, very many at a time."""

import os
import resource
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.figures import tell


def certificates(count):
    """Issued as the registrar issues them, one after another; then drawn and signed alone."""
    from django.db import IntegrityError

    from certificates.actions import issue
    from certificates.document import drawing
    from certificates.models import Certificate, DesignVersion
    from certificates.signing import pdf
    from cohorts.enrolment.models import Enrolment
    from lms.people.models import Role
    from lms.people.roles import holders_of

    count, (registrar, *_) = int(count), holders_of(Role.REGISTRAR)
    waiting = Enrolment.objects.filter(
        student_reference__startswith="BENCH", certificates=None, person__imsa_number__isnull=False
    )
    waiting = list(waiting.exclude(award=None).order_by("pk")[: count + 20])
    if len(waiting) < count + 20:
        raise SystemExit(
            f"Only {len(waiting)} people wait for a certificate. Ask for fewer, for more people, or for a fresh --keep."
        )
    for enrolment in waiting[:20]:
        issue(enrolment, by=registrar)
    early, taken, begun, busy = max(1, count // 10), 0, time.perf_counter(), time.process_time()
    for n, enrolment in enumerate(waiting[20:], 1):
        try:
            issue(enrolment, by=registrar)
        except IntegrityError:
            taken += (
                1  # a number by lot that somebody has: one in twenty thousand with a million people
            )
        if n == early:
            memory = resident()
        if n % 500 == 0:
            tell(
                f"{n} certificates, {n / (time.perf_counter() - begun):.1f} a second, {resident():.0f} MB"
            )
    issued, own = count / (time.perf_counter() - begun), count / (time.process_time() - busy)
    facts, design = Certificate.objects.latest("pk").facts, DesignVersion.objects.latest("number")
    begun, alone = time.perf_counter(), min(count, 300)
    for _ in range(alone):
        pdf.sign(
            drawing.draw(facts, design.signatories),
            {"imsa-award.jwt": b"x" * 1500, "imsa-accreditation.jwt": b"x" * 1500},
        )
    return {
        "issued": issued,
        "own": own,
        "drawn": alone / (time.perf_counter() - begun),
        "early": memory,
        "late": resident(),
        "taken": taken,
    }


def resident() -> float:
    """Megabytes this process holds in memory."""
    if Path("/proc/self/statm").exists():
        return (
            int(Path("/proc/self/statm").read_text().split()[1])
            * os.sysconf("SC_PAGE_SIZE")
            / 2**20
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def asker():
    """(an approved organisation of the large register, somebody who may act for it)."""
    from cohorts.organisations.models import Contact, Organisation
    from lms.kit import clock

    organisation = Organisation.objects.get(code="B-1")
    found = Contact.objects.filter(organisation=organisation).select_related("person").first()
    if found is None:
        person = Contact.objects.filter(organisation__code="ORG-18").earliest("pk").person
        found = Contact.objects.create(
            organisation=organisation, person=person, starts_on=clock.today()
        )
    return organisation, found.person


def a_list(count):
    """A bulk check as the page makes it: the pasted text is read, every line is answered and kept; then the answer is written as CSV."""
    from benchmarks.population.samples import lines
    from certificates.actions import answer_list
    from certificates.checking import uploaded_lists
    from certificates.checking.answer_sheets import as_csv
    from certificates.models import Check
    from certificates.views.lists import table_of
    from lms.kit import clock
    from lms.record.models import Entry

    organisation, person = asker()
    text, entries = "\n".join("\t".join(line) for line in lines(int(count))), Entry.objects.count()
    begun = time.perf_counter()
    made = answer_list(
        organisation,
        uploaded_lists.pasted(text, clock.today()),
        "work",
        by=person,
        day=clock.today(),
    )
    answered = time.perf_counter()
    content = as_csv(table_of(made))
    done = time.perf_counter()
    assert (
        Check.objects.filter(list_check=made).count() == int(count) == len(content.splitlines()) - 1
    )
    assert Entry.objects.count() == entries + 1
    return {"seconds": done - begun, "table": done - answered}


def watches(count):
    """The nightly diff: one run that tells of everybody, and {"seconds": …} of the next, in which three hundred have changed."""
    from benchmarks.population.samples import watch
    from certificates.actions.changes import look_at_watches
    from certificates.models import Watch
    from cohorts.employment.models import EmploymentLine
    from cohorts.employment.register import last_lines
    from lms.kit import clock
    from lms.people.roles import Operator

    by, open_now = Operator("bench"), watch(int(count))
    assert open_now == int(count), open_now
    begun = time.perf_counter()
    first = look_at_watches(by=by)
    tell(f"the first run told of {first:,} people in {time.perf_counter() - begun:.0f} s")
    people = (
        Watch.objects.filter(ended_at=None).order_by("pk").values_list("person_id", flat=True)[:300]
    )
    lines = last_lines().filter(employment__person__in=list(people), ends_on=None)
    EmploymentLine.objects.bulk_create(
        [
            EmploymentLine(
                employment_id=old.employment_id,
                number=old.number + 1,
                organisation_id=old.organisation_id,
                nations=old.nations,
                post=old.post,
                starts_on=old.starts_on,
                ends_on=clock.today() - timedelta(1),
                source="bench",
                recorded_at=clock.now(),
            )
            for old in lines
        ]
    )
    begun = time.perf_counter()
    changed = look_at_watches(by=by)
    return {"seconds": time.perf_counter() - begun, "changed": changed}
