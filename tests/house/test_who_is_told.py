"""docs/who-is-told.md has a row for every action of the register and of accreditation, and says “nobody” of those alone that tell nobody; of the other rooms it has
every action that tells somebody."""

import ast
import re

from .test_house import ROOT

NO_ACTIONS = {"views", "forms", "queries", "rules", "verdicts", "models", "management"}
ROOMS, BELOW = ("cohorts", "certificates"), ("assessments", "courses", "lms")
SENDERS = {
    ("lms.people.actions", "tell"),
    ("lms.people.actions", "tell_many"),
    ("lms.people.outbox", "post"),
    ("lms.people.invitations", "_invite"),
}
OF_A_BATCH = ("tell", "invite")  # batch.tell(person, ...), batch.invite(person)
ROW = re.compile(r"^\| `([a-z_.]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def read_modules():
    """By dotted name: whether it is a package, and its tree."""
    found = {}
    for room in ROOMS + BELOW:
        for path in sorted((ROOT / room).rglob("*.py")):
            if {"migrations", "demonstration"} & set(path.parts):
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            found[".".join(parts[:-1] if is_package else parts)] = (
                is_package,
                ast.parse(path.read_text()),
            )
    return found


MODULES = read_modules()
FUNCTIONS = {
    (module, node.name): node
    for module, (_is_package, tree) in MODULES.items()
    for node in tree.body
    if isinstance(node, ast.FunctionDef)
}


def imported(module):
    """What a module's names stand for: (module, name)."""
    is_package, tree = MODULES[module]
    package = module.split(".") if is_package else module.split(".")[:-1]
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            found |= {name.asname or name.name: (source, name.name) for name in node.names}
    return found


IMPORTED = {module: imported(module) for module in MODULES}


def definition_of(module, name, seen=frozenset()):
    """Where a function stands, through what modules pass on; None where it is none of ours."""
    if (module, name) in FUNCTIONS:
        return module, name
    if (module, name) in seen or name not in IMPORTED.get(module, {}):
        return None
    return definition_of(*IMPORTED[module][name], seen | {(module, name)})


def tells(function, seen=None):
    """Does it, or anything that it names, send somebody a message?"""
    seen = set() if seen is None else seen
    if function in SENDERS:
        return True
    if function is None or function in seen:
        return False
    seen.add(function)
    module, _name = function
    for node in ast.walk(FUNCTIONS[function]):
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if owner in IMPORTED[module]:
                source, name = IMPORTED[module][owner]
                if tells(definition_of(f"{source}.{name}", node.attr), seen):
                    return True
            elif node.attr in OF_A_BATCH:
                return True
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if tells(definition_of(module, node.id), seen):
                return True
    return False


def is_action(node):
    """It takes `by`; or it is one transaction, by which an action is known whose actor is whoever has a link, or nobody."""
    takes_by = any(argument.arg == "by" for argument in node.args.kwonlyargs)
    return takes_by or "transaction.atomic" in map(ast.unparse, node.decorator_list)


def actions(rooms=ROOMS):
    """Every public action of these rooms, by its shape; pages, forms and what only reads have none."""
    return [
        (module, name)
        for (module, name), node in FUNCTIONS.items()
        if module.split(".")[0] in rooms
        and not NO_ACTIONS & set(module.split("."))
        and not name.startswith("_")
        and is_action(node)
    ]


ROWS = ROW.findall((ROOT / "docs/who-is-told.md").read_text())


def rows(rooms=ROOMS):
    return {name: who for name, who, _how in ROWS if name.split(".")[0] in rooms}


def names_of(found):
    return {f"{module}.{name}" for module, name in found}


def test_every_action_has_its_row_and_no_other():
    assert not names_of(actions()) ^ set(rows())
    assert len(rows(ROOMS + BELOW)) == len(ROWS), "an action has two rows, so one may be old"


def test_of_the_other_rooms_every_action_that_tells_somebody_has_its_row_and_no_other():
    told = names_of(one for one in actions(BELOW) if tells(one))
    assert len(told) > 100
    assert not told ^ set(rows(BELOW))


def test_an_action_without_an_actor_is_one_too():
    """Whoever has a link does it: a new one without a row is red."""
    found = names_of(actions())
    assert "cohorts.intake.answers.accept" in found
    assert "cohorts.intake.applying.submit_place_application" in found
    assert "certificates.actions.account_merges.answer_merge" in found


def test_nobody_is_said_of_those_alone_that_tell_nobody():
    assert len(actions()) > 60
    told = names_of(one for one in actions() if tells(one))
    nobody = {name for name, who in rows().items() if who.strip() == "nobody"}
    assert not told & nobody, "they send a message"
    assert not set(rows()) - nobody - told, "nothing in them sends a message"
