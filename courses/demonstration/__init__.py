"""The invented curriculum: loads its TOML into plain rows and pages; it deletes nothing, and twice is once."""

import json
import tomllib
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from courses import rights
from courses.actions import open_editor, publish_version
from courses.authoring.reviewers import REVIEWS
from courses.models import (
    CorePage,
    FormativeTask,
    Helpline,
    LawChange,
    Module,
    ModulePage,
    Prerequisite,
    Programme,
    ProgrammePage,
    Provision,
    StudyTask,
    Term,
    Unit,
    UnitPage,
    UnitVersion,
    Variant,
    Work,
)
from courses.rendering.units import draw, draw_stream
from courses.states import Basis
from lms.kit import clock, nations
from lms.pages.actions import lay_pages
from lms.pages.blocks import FEATURES
from lms.people.demonstration import PEOPLE
from lms.people.models import User
from lms.people.roles import holders_of
from lms.record.actions import write

from .files import load_files

HERE = Path(__file__).parent
UNREVIEWED = "Without a review"
# What an entry of the ledger has where its file says nothing of it.
NOT_SAID = {
    "extent": "",
    "commenced_on": None,
    "instrument": "",
    "basis": Basis.NOTES,
    "read_at": "",
    "rights": [],
}


@transaction.atomic
def load(*, by) -> Programme:
    """Bring the demonstration's curriculum up to what its files say.

    1. the public pages, 2. the ledgers of law, words, contacts and files, 3. programme, modules, units
    and variants, 4. a page for each, published with its reviews where its words or its law have changed,
    5. which unit comes before which, 6. the authors' group.
    """
    home = lay_pages(by=by)
    read_ledger = read_law()
    owners = owners_of(read_ledger["keepers"])
    ledger = Ledger(
        law={
            e["key"]: load_provision(e, owner=owners.get(e["act"]), by=by)
            for e in read_ledger["provision"]
        },
        terms={
            e["key"]: keep(Term, {"key": e["key"]}, e, by=by)
            for e in read("glossary.toml").get("term", [])
        },
        contacts={
            e["key"]: keep(Helpline, {"key": e["key"]}, e, by=by)
            for e in read("contacts.toml").get("contact", [])
        },
        files=load_files(by=by),
        reviews=reviews_today(),
    )
    outline = read("programme.toml")
    programme = keep(Programme, {"code": outline["programme"]["code"]}, outline["programme"], by=by)
    page = page_for(home, ProgrammePage, "programme", programme, programme.title, slug="programme")
    handbooks = {entry["code"]: entry for entry in read("handbook.toml").get("module", [])}
    modules = [
        keep(
            Module,
            {"code": entry["code"]},
            {**entry, **handbooks.get(entry["code"], {}), "programme": programme},
            by=by,
        )
        for entry in outline["module"]
    ]
    ledger.works.update(load_works(by=by))
    for module in modules:
        load_handbook(module, handbooks.get(module.code, {}), ledger, by=by)
        load_units(
            module,
            page_for(page, ModulePage, "module", module, module.title, slug=module.code),
            ledger,
            by=by,
        )
    for entry in outline["module"]:
        load_prerequisites(entry["code"], by=by)
    open_editor(by=by)
    return programme


@dataclass(frozen=True)
class Ledger:
    """What units draw upon, by key."""

    law: dict
    terms: dict = field(default_factory=dict)
    contacts: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    works: dict = field(default_factory=dict)
    reviews: list = field(default_factory=list)

    def right(self, key) -> dict:
        """Where a right of the ledger stands, as a block keeps it. Raises KeyError where no provision gives it."""
        for law in self.law.values():
            if any(right["key"] == key for right in law.rights):
                return {"provision": law.pk, "key": key}
        raise KeyError(key)


def read(name) -> dict:
    path = HERE / name
    return tomllib.loads(path.read_text()) if path.exists() else {}


def read_law() -> dict:
    """The ledger of law, of all its files: {"provision": [...], "right": [...], "keepers": {...}}."""
    files = [read(f"law/{path.name}") for path in sorted((HERE / "law").glob("*.toml"))]
    whole = {
        name: [entry for file in files for entry in file.get(name, [])]
        for name in ("provision", "right")
    }
    for law in whole["provision"]:
        law["rights"] = [_right(one) for one in whole["right"] if one["provision"] == law["key"]]
    return {**whole, "keepers": read("law/keepers.toml")["keepers"]}


def _right(entry) -> dict:
    return {name: entry.get(name, "") for name in rights.LABELS.values()}


def keep(model, key, values, *, by):
    """The row with this key, saying these values; the record says when it is new or changed."""
    fields = {name for f in model._meta.fields for name in (f.name, f.attname)}
    values = {name: value for name, value in values.items() if name in fields}
    row = model.objects.filter(**key).first() or model(**key)
    if row._state.adding or any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        write("courses.write_curriculum", row, by=by)
    return row


def owners_of(keepers) -> dict:
    """Act to the key of the person who looks after it; without those whom nobody has admitted yet."""
    emails = {p.key: p.email for p in PEOPLE if p.key in keepers}
    people = dict(User.objects.filter(email__in=emails.values()).values_list("email", "pk"))
    return {act: people.get(emails[key]) for key, acts in keepers.items() for act in acts}


def load_provision(entry, *, by, owner=None) -> Provision:
    """The provision as it was known on the clock's day; a change found later is an action of its own (`happenings`),
    and what that action wrote is left alone."""
    change = entry.get("change")
    if change and LawChange.objects.filter(provision__key=entry["key"]).exists():
        return Provision.objects.get(key=entry["key"])
    known = (
        {**entry, **change["before"]} if change and clock.today() < change["found_on"] else entry
    )
    return keep(Provision, {"key": entry["key"]}, {**NOT_SAID, **known, "owner_id": owner}, by=by)


def reviews_today() -> list[dict]:
    """The two reviews of what is loaded now, as the review itself would have kept them, by the first who holds each
    role; one line that says why there are none, where somebody is missing."""
    made = []
    for hours, (task, _, role) in zip((3, 1), REVIEWS, strict=True):
        person = next(iter(holders_of(role)), None)
        if person is None:
            why = f"Nobody here is a {role.label.lower()} yet."
            return [{"task": UNREVIEWED, "by": None, "on": clock.now().isoformat(), "why": why}]
        made.append(
            {
                "task": task,
                "by": person.pk,
                "on": (clock.now() - timedelta(hours=hours)).isoformat(),
                "why": "",
            }
        )
    return made


def load_works(*, by) -> dict:
    """The reading lists by key; in which units each is read follows once there are units (`load_units`)."""
    entries = read("works.toml").get("work", [])
    works = {
        e["key"]: keep(
            Work,
            {"key": e["key"]},
            {n: v for n, v in e.items() if n not in ("modules", "units")},
            by=by,
        )
        for e in entries
    }
    for entry in entries:
        works[entry["key"]].modules.set(Module.objects.filter(code__in=entry["modules"]))
    return works


def load_handbook(module, entry, ledger, *, by):
    for order, task in enumerate(entry.get("study", []), start=1):
        minutes = round(task["hours"] * 60)
        made = keep(
            StudyTask,
            {"module": module, "order": order},
            {**task, "minutes": minutes, "order": order, "module": module},
            by=by,
        )
        made.works.set(ledger.works[key] for key in task.get("works", []))
    if task := entry.get("formative"):
        keep(FormativeTask, {"module": module}, {**task, "module": module}, by=by)


def load_units(module, module_page, ledger, *, by):
    read_in = works_of_units()
    for entry in units_of(module.code):
        unit = keep(Unit, {"code": entry["code"]}, {**entry, "module": module}, by=by)
        unit.works.set(ledger.works[key] for key in read_in.get(unit.code, []))
        core, is_new = (
            load_core(module_page, unit, entry["core"], ledger) if "core" in entry else (None, True)
        )
        for text in entry["variant"]:
            key = key_of(text["nations"])
            variant = keep(Variant, {"unit": unit, "key": key}, {"nations": text["nations"]}, by=by)
            load_page(module_page, variant, text, ledger, by=by, core=core, is_core_new=is_new)


def works_of_units() -> dict[str, list[str]]:
    """A unit's code to the keys of what is read beside it, what everybody reads first."""
    found = {}
    for work in sorted(read("works.toml").get("work", []), key=lambda work: not work["is_core"]):
        for code in work["units"]:
            found.setdefault(code, []).append(work["key"])
    return found


def units_of(module_code) -> list[dict]:
    """The units of a module's file. A critical question that names no work is argued with the first three that are read beside its unit."""
    units, read_in = read(f"{module_code}.toml").get("unit", []), works_of_units()
    for unit in units:
        for block in (
            b for text in (unit.get("core", {}), *unit["variant"]) for b in text.get("block", [])
        ):
            if block["kind"] == "critical_question" and not block.get("works"):
                block["works"] = read_in.get(unit["code"], [])[:3]
    return units


def load_core(module_page, unit, text, ledger):
    """The page with what a unit says in every nation, published where its words have changed; and whether they have."""
    page = CorePage.objects.filter(unit=unit).first()
    body = body_of(
        text, ledger, within=unit.code, stand={block.id for block in page.body} if page else ()
    )
    if page is None:
        page = module_page.add_child(
            instance=CorePage(
                title=f"{unit.title}: core",
                slug=slugify(f"{unit.code}-core"),
                unit=unit,
                live=False,
                body=body,
            )
        )
    elif page.live and draw_stream(list(page.body)) == draw_stream(list(CorePage(body=body).body)):
        return page, False
    else:
        page.body = body
    page.save_revision().publish()
    return CorePage.objects.get(pk=page.pk), True


def load_prerequisites(module_code, *, by):
    for entry in read(f"{module_code}.toml").get("unit", []):
        for line in entry.get("after", []):
            first, unit = (Unit.objects.get(code=code) for code in (line["unit"], entry["code"]))
            keep(Prerequisite, {"unit": unit, "first": first}, {"why": line["why"]}, by=by)


def key_of(codes) -> str:
    """“all”, or the nations in words for an address."""
    return "all" if set(codes) == set(nations.ALL) else slugify("-".join(codes).replace("_", "-"))


def load_page(module_page, variant, text, ledger, *, by, core=None, is_core_new=True):
    """Publish the variant's page unless its last version says the same already. A core that was published by people
    since is theirs to look at: the page stays behind it until somebody has."""
    wanted = UnitPage(
        variant=variant,
        title=text["title"],
        outcomes="\n".join(text.get("outcomes", [])),
        body=body_of(text, ledger, within=f"{variant.unit.code}/{variant.key}"),
        content_note=text.get("content_note", ""),
        review_by=text.get("review_by"),
    )
    last = UnitVersion.objects.filter(variant=variant).order_by("-number").first()
    page = UnitPage.objects.filter(variant=variant).first()
    drawn = draw(wanted, core)
    if page and last and (last.hash, last.core_revision) == (drawn.hash, drawn.core_revision):
        return
    if (
        page
        and last
        and not is_core_new
        and last.core_revision != drawn.core_revision
        and draw(page).hash == draw(wanted).hash
    ):
        return
    if page is None:
        wanted.slug = (
            variant.unit.code if variant.is_for_all else f"{variant.unit.code}-{variant.key}"
        )
        wanted.live = False
        page = module_page.add_child(instance=wanted)
    else:
        for name in ("title", "outcomes", "body", "content_note", "review_by"):
            setattr(page, name, getattr(wanted, name))
    # The signal keeps the version too; here it is kept first, in the name of whoever loads, with its reviews.
    revision = page.save_revision()
    publish_version(variant, drawn, by=by, revision=revision.pk, reviews=ledger.reviews)
    revision.publish()


def page_for(parent, kind, name, thing, title, *, slug):
    """The page that points at `thing`, made where there is none."""
    page = kind.objects.filter(**{name: thing}).first()
    if page is None:
        page = parent.add_child(instance=kind(title=title, slug=slugify(slug), **{name: thing}))
        page.save_revision().publish()
    elif page.title != title:
        page.title = title
        page.save_revision().publish()
    return page


# ---- blocks ----


@cache
def editor():
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    return ContentstateConverter(FEATURES)


def as_edited(html) -> str:
    """Rich text as Wagtail's editor would give it back, so that opening and publishing changes nothing."""
    return editor().to_database_format(editor().from_database_format(html))


HOUSE = uuid.UUID("5f0c9f0e-0c55-4c12-9d5b-9a2f6f2d7a10")


def body_of(text, ledger, *, within, stand=()) -> str:
    """The stream of a page, with the same keys at every load: readers' answers hang on them. A block with a day
    comes in on it (`happenings`); from then it is among those that `stand`, by key."""
    made = []
    for number, block in enumerate(text["block"]):
        key = str(uuid.uuid5(HOUSE, block.get("key") or f"{within}#{number}"))
        if block.get("since", date.min) <= clock.today() or key in stand:
            made.append({"type": type_of(block), "value": value_of(block, ledger), "id": key})
    return json.dumps(made)


def type_of(block) -> str:
    return f"{block['style']}_check" if block["kind"] == "check" else block["kind"]


def value_of(block, ledger):
    """What the page keeps for one block of the file."""
    kind = block["kind"]
    if kind == "text":
        return as_edited(block["html"])
    if kind == "provision":
        return {"provision": ledger.law[block["provision"]].pk, "note": block.get("note", "")}
    if kind == "rights":
        return {
            "title": block.get("title", "What can be done, and by when"),
            "rights": [ledger.right(key) for key in block["keys"]],
        }
    if kind == "critical_question":
        return {
            "text": block["text"],
            "works": [ledger.works[key].pk for key in block.get("works", [])],
        }
    if kind == "comparison":
        return {"title": block["title"], "table": table_of(block["columns"], block["rows"])}
    if kind == "glossary":
        return {"title": block["title"], "terms": [ledger.terms[key].pk for key in block["terms"]]}
    if kind == "contacts":
        return {
            "title": block["title"],
            "contacts": [ledger.contacts[key].pk for key in block["keys"]],
        }
    kept = {
        name: value
        for name, value in block.items()
        if name not in ("kind", "style", "key", "since")
    }
    if "file" in kept:
        kept["file"] = ledger.files[kept["file"]].pk
    return {name: as_edited(value) if name == "html" else value for name, value in kept.items()}


def table_of(columns, rows) -> dict:
    """A table whose first column says what each row is about, so every row has one cell more than there
    are headings. A cell under the wrong nation would be wrong law: any other length is refused."""
    odd = [row[0] for row in rows if len(row) != len(columns) + 1]
    if odd:
        raise ValueError(
            f"These rows of a comparison do not have {len(columns)} cells and a heading: {odd}"
        )
    return {
        "columns": [{"type": "text", "heading": heading} for heading in ("", *columns)],
        "rows": [{"values": row} for row in rows],
        "caption": "",
    }
