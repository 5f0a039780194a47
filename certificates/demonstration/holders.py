"""What holders keep of their work, and who asks about them."""

import tomllib
from datetime import timedelta
from pathlib import Path

from .. import actions
from ..actions.changes import look_at_watches
from ..checking import family_names
from ..checking.uploaded_lists import line_of
from ..models import Check
from ..rules import contacts_today
from .scene import on

LOGS = Path(__file__).with_name("cpd_logs.toml")


def let_employer_ask(scene, groups):
    """An employer has checked two people and watches three, so that holders see who checked and who is told."""
    if Check.objects.exists():
        return
    employer = scene.staff["employer"]
    with on(scene.day - timedelta(20)):
        where = contacts_today(employer)[0]
    people = [enrolment.person for enrolment in groups["issued"]]
    check_two(scene, people, where, employer)
    watch_three(scene, people, where, employer)
    with on(scene.day - timedelta(7)):
        look_at_watches(by=scene.by)


def check_two(scene, people, where, employer):
    reasons = ("She begins with us in December.", "")
    for n, (person, why) in enumerate(zip(people[:2], reasons, strict=True)):
        with on(scene.day - timedelta(20 - n)):
            actions.answer_check(
                person.imsa_number,
                family_name(person),
                by=employer,
                organisation=where,
                purpose="work",
                why=why,
            )


def watch_three(scene, people, where, employer):
    day = scene.day - timedelta(15)
    with on(day):
        lines = [
            line_of(n, person.imsa_number, family_name(person), f"HR-{100 + n}", day)
            for n, person in enumerate((people[0], people[1], people[3]), start=1)
        ]
        actions.watch(where, lines, "refer", scene.day + timedelta(200), by=employer)


def family_name(person):
    return family_names.family_name(person.first_name, person.last_name)


def keep_logs(issued, day):
    """Two holders keep a log, and one asked the other to talk an entry over."""
    sian, colleague = issued[0].person, issued[1].person
    holders = {"sian": sian, "colleague": colleague}
    for row in tomllib.loads(LOGS.read_text(encoding="utf-8"))["entry"]:
        person, on_day = holders[row["holder"]], day - timedelta(row["days_ago"])
        words = {name: row[name] for name in ("minutes", "what", "learnt")}
        with on(on_day):
            entry = actions.keep_entry(person, {"on_day": on_day, **words}, by=person)
    with on(day - timedelta(8)):
        actions.ask_peer(entry, sian.imsa_number, sian.last_name, by=colleague)
