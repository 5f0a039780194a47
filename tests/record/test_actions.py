"""The record shows every edit, gap and removal, and the database refuses them first."""

import io
import json
import uuid
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from lms.kit.append_only import ACTIONS
from lms.people.roles import Operator
from lms.record import notes
from lms.record.actions import write, write_many
from lms.record.checking import check
from lms.record.checkpoints import make_checkpoint
from lms.record.merkle import Tree
from lms.record.models import Checkpoint, Entry, Head, Leaf, SequencerQueue, chain_seal
from lms.record.sequencer import sequence_all

BY = Operator("test")
pytestmark = pytest.mark.django_db


def actions(count=3):
    """Entries that are in the log."""
    with transaction.atomic():
        made = write_many(
            [
                {"action": "test.deed", "thing": f"test.thing:{n}", "after": {"n": n}}
                for n in range(count)
            ],
            by=BY,
        )
    sequence_all()
    return made


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def lift_guards():
    """What somebody with the database's own password can do."""
    for table in ("record_entry", "record_leaf", "record_checkpoint"):
        for action in ACTIONS[connection.vendor]:
            run(
                f"DROP TRIGGER {table}_no_{action}"
                + (f" ON {table}" if connection.vendor == "postgresql" else "")
            )


# ---- what the database refuses ----

REFUSED = {
    "edited": "UPDATE record_entry SET reason = 'x'",
    "removed": "DELETE FROM record_entry",
    "a leaf edited": "UPDATE record_leaf SET hash = 'x'",
    "a leaf removed": "DELETE FROM record_leaf",
    "a checkpoint removed": "DELETE FROM record_checkpoint",
}
COLUMNS = "id, key, number, at, actor, deed, thing, before, after, reason, previous_hash, hash"
FORGED = (
    COLUMNS.replace("actor", "'person:99'")
    .replace("key,", "NULL,")
    .replace("hash", "'f'")
    .replace("previous_'f'", "previous_hash")
)


@pytest.mark.both_engines
@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED)
def test_the_database_refuses_to_change_the_record(sql):
    actions()
    make_checkpoint()
    before = [list(model.objects.values()) for model in (Entry, Leaf, Checkpoint)]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(sql)
    assert [list(model.objects.values()) for model in (Entry, Leaf, Checkpoint)] == before


@pytest.mark.parametrize(
    "way",
    [
        f"REPLACE INTO record_entry ({COLUMNS}) SELECT {FORGED} FROM record_entry",  # the same id
        f"REPLACE INTO record_entry ({COLUMNS}) SELECT {FORGED.replace('id,', 'id + 1000,', 1).replace(chr(39) + 'f' + chr(39), 'hash')} FROM record_entry",
        f"INSERT OR REPLACE INTO record_entry ({COLUMNS}) SELECT {FORGED} FROM record_entry",
        f"INSERT INTO record_entry ({COLUMNS}) SELECT {FORGED} FROM record_entry WHERE true ON CONFLICT (id) DO UPDATE SET reason = 'x'",
    ],
    ids=["same id", "same hash", "or replace", "upsert"],
)
def test_sqlite_refuses_to_replace_an_entry(way):
    """REPLACE takes the old row away without a DELETE that a trigger would see."""
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    actions(1)
    before = list(Entry.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(way)
    assert list(Entry.objects.values()) == before


@pytest.mark.postgres
@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE record_entry",
        "TRUNCATE record_entry CASCADE",
        "TRUNCATE record_leaf",
        "TRUNCATE certificates_check CASCADE",
        "INSERT INTO record_entry (id, at, actor, deed, thing, reason, previous_hash, hash) SELECT id, at, actor, deed, thing, reason, "
        "previous_hash, hash FROM record_entry ON CONFLICT (id) DO UPDATE SET reason = 'x'",
    ],
)
def test_postgres_refuses_to_empty_or_replace(sql):
    actions()
    before = list(Entry.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(sql)
    assert list(Entry.objects.values()) == before


def test_a_action_without_a_transaction_is_not_recorded(transactional_db):
    before = Entry.objects.count()
    with pytest.raises(RuntimeError):
        write("test.deed", "test.thing:1", by=BY)
    assert Entry.objects.count() == before


# ---- what is noticed when the guards are gone ----


@pytest.mark.both_engines
def test_a_log_that_nobody_touched_is_whole_before_and_after_sequencing():
    with transaction.atomic():
        write("test.deed", "test.thing:1", by=BY)
    waiting = check()
    assert waiting["whole"] and waiting["waiting"] and waiting["entries"] == Entry.objects.count()
    sequence_all()
    make_checkpoint()
    after = check()
    assert (
        after["whole"]
        and not after["waiting"]
        and after["sequenced"] == 1 + Entry.objects.filter(number=None).count()
    )


def cut_off(middle):
    run("DELETE FROM record_entry WHERE id > %s", middle.pk)
    run("DELETE FROM record_leaf WHERE entry_id > %s", middle.pk)
    rebuild()


def rebuild():
    """The head, as the site's own code would make it of the leaves that stand there."""
    tree = Tree()
    for leaf in Leaf.objects.order_by("position"):
        tree.add(bytes.fromhex(leaf.hash))
    Head.objects.update(size=tree.size, peaks=[peak.hex() for peak in tree.peaks])


def edited(middle):
    run("UPDATE record_entry SET actor = 'person:99' WHERE id = %s", middle.pk)


def edited_with_its_hash(middle):
    edited(middle)
    run(
        "UPDATE record_entry SET hash = %s WHERE id = %s",
        Entry.objects.get(pk=middle.pk).digest(),
        middle.pk,
    )


def removed(middle):
    run("DELETE FROM record_entry WHERE id = %s", middle.pk)


def removed_with_its_leaf(middle):
    removed(middle)
    run("DELETE FROM record_leaf WHERE entry_id = %s", middle.pk)


def inserted(middle):
    """An entry that the log does not know: its line in the queue was taken away."""
    with transaction.atomic():
        write("test.forged", "test.thing:9", by=BY)
    run("DELETE FROM record_sequencerqueue")


def replaced(middle):
    removed(middle)
    values = Entry.objects.filter(pk=middle.pk + 1).values("at", "actor", "action", "thing").get()
    made = Entry(pk=middle.pk, **values | {"reason": "another"})
    made.hash = made.digest()
    made.save(force_insert=True)


ATTACKS = [
    edited,
    edited_with_its_hash,
    removed,
    removed_with_its_leaf,
    inserted,
    replaced,
    cut_off,
]


@pytest.mark.both_engines
@pytest.mark.parametrize("attack", ATTACKS)
def test_with_the_guards_torn_off_a_change_still_shows(attack):
    middle = actions()[1]
    kept = make_checkpoint().note
    lift_guards()
    attack(middle)
    answer = check()
    assert not answer["whole"] and answer["why"] and answer["broken_at"] is not None
    if attack not in (inserted, cut_off):
        assert str(answer["broken_at"]) in answer["why"]
    assert answer["against"] == [] and (attack is inserted or not check([kept])["whole"])


@pytest.mark.both_engines
def test_an_entry_that_was_removed_while_it_waited_is_missed():
    actions()
    with transaction.atomic():
        gone = write("test.deed", "test.thing:1", by=BY)
    lift_guards()
    removed(gone)
    sequence_all()
    answer = check()
    assert not answer["whole"] and answer["broken_at"] == gone.pk and "missing" in answer["why"]


NONSENSE = {
    "a leaf's hash": "UPDATE record_leaf SET hash = 'zz' WHERE position = 2",
    "no end of the log": "DELETE FROM record_head",
    "peaks": "UPDATE record_head SET peaks = '[\"zz\", null]'",
    "peaks that are no list": "UPDATE record_head SET peaks = '7'",
    "a checkpoint of nothing": "UPDATE record_checkpoint SET size = 0",
    "an entry of neither": "INSERT INTO record_entry (at, actor, deed, thing, reason, previous_hash, hash) SELECT at, actor, deed, thing, reason, "
    "previous_hash, 'f' FROM record_entry WHERE deed = 'test.deed' LIMIT 1",
}


@pytest.mark.both_engines
@pytest.mark.parametrize("sql", NONSENSE.values(), ids=NONSENSE)
def test_what_nobody_can_read_is_called_broken_and_stops_no_check(sql):
    """A check that ends with a traceback says nothing of what a kept checkpoint would have shown."""
    actions()
    kept = make_checkpoint().note
    lift_guards()
    run(sql)
    answer = check([kept])
    assert not answer["whole"] and answer["why"] and len(answer["against"]) == 1


def test_on_sqlite_a_moment_that_is_none_is_called_broken():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps no such value")
    middle, kept = actions()[1], make_checkpoint().note
    lift_guards()
    run("UPDATE record_entry SET at = 'yesterday' WHERE id = %s", middle.pk)
    answer = check([kept])
    assert not answer["whole"] and "read" in answer["why"]


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "change",
    [
        lambda row: {"note": row.note.replace("time 20", "time 21")},
        lambda row: {"note": notes.sign(row.size, b"\0" * 32, row.at)},
        lambda row: {"note": "See the newest one."},
    ],
)
def test_a_published_checkpoint_that_was_edited_is_called_changed(change):
    actions()
    row = make_checkpoint()
    lift_guards()
    Checkpoint.objects.filter(pk=row.pk).update(**change(row))
    answer = check()
    assert not answer["whole"] and answer["broken_at"] == row.size and "its note" in answer["why"]


def test_checkpoints_of_a_key_that_was_lost_are_still_compared(settings, tmp_path):
    actions()
    make_checkpoint()
    settings.KEYS_ROOT = tmp_path / "other"
    assert check()["whole"] and not settings.KEYS_ROOT.exists(), "a check makes no key"
    notes.own_verifier()
    assert check()["whole"]


@pytest.mark.both_engines
def test_an_entry_that_is_queued_again_holds_up_no_other():
    again = actions()[1]
    SequencerQueue.objects.create(entry_id=again.pk)
    actions()
    assert (
        not SequencerQueue.objects.exists() and Leaf.objects.filter(entry_id=again.pk).count() == 1
    )
    assert check()["whole"]


def rewrite_everything(middle):
    """Somebody with the database, the code and the site's own key: every trace is made again."""
    lift_guards()
    edited_with_its_hash(middle)
    run(
        "UPDATE record_leaf SET hash = %s WHERE entry_id = %s",
        Entry.objects.get(pk=middle.pk).hash,
        middle.pk,
    )
    rebuild()
    size, at = Head.objects.get().size, Checkpoint.objects.first().at
    run("DELETE FROM record_checkpoint")
    tree = Tree(size, [bytes.fromhex(peak) for peak in Head.objects.get().peaks])
    Checkpoint.objects.create(
        size=size, root=tree.root().hex(), at=at, note=notes.sign(size, tree.root(), at)
    )


@pytest.mark.both_engines
def test_a_record_rewritten_whole_by_its_owner_is_found_by_whoever_kept_a_checkpoint():
    actions()
    early = make_checkpoint().note
    middle = actions()[1]
    kept, key = make_checkpoint().note, notes.own_verifier()
    rewrite_everything(middle)
    assert check()["whole"], "the rewriting was thorough: only someone outside can know"
    answer = check([early, kept], [key])
    assert not answer["whole"] and [one["fits"] for one in answer["against"]] == [True, False]
    assert (
        "rewritten" in answer["why"]
        and f"after the first {answer['against'][0]['size']}" in answer["why"]
    )


@pytest.mark.both_engines
def test_a_log_cut_off_at_its_end_is_found_by_whoever_kept_a_checkpoint():
    middle = actions()[1]
    kept = make_checkpoint().note
    lift_guards()
    run("DELETE FROM record_checkpoint")
    cut_off(middle)
    assert check()["whole"]
    answer = check([kept])
    assert not answer["whole"] and "cut off" in answer["why"]


def test_a_checkpoint_that_was_kept_fits_for_ever(tmp_path):
    actions()
    kept = tmp_path / "kept.txt"
    kept.write_text(
        "Dear Ada,\r\n\r\n"
        + make_checkpoint().note.replace("\n", "\r\n")
        + "\r\n-- \r\nThe site\r\n"
    )
    actions()
    make_checkpoint()
    out = io.StringIO()
    call_command("check_record", against=[str(kept)], key=[notes.own_verifier()], stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["whole"] and answer["against"][0]["fits"]


def test_every_checkpoint_of_a_file_is_compared(tmp_path):
    """Somebody who keeps each mail in one file must not hear that it fits when only the oldest was looked at."""
    actions()
    early = make_checkpoint().note
    actions()
    late = make_checkpoint().note
    lift_guards()
    middle = Entry.objects.order_by("pk").last()
    edited_with_its_hash(middle)
    run(
        "UPDATE record_leaf SET hash = %s WHERE entry_id = %s",
        Entry.objects.get(pk=middle.pk).hash,
        middle.pk,
    )
    rebuild()
    run("DELETE FROM record_checkpoint")
    assert check()["whole"] and check([early])["whole"]
    for text in (early + late, f"Dear Ada,\n\n{early}\n-- \nThe site\n\n{late}", late + early):
        answer = check([text])
        assert not answer["whole"] and sorted(one["fits"] for one in answer["against"]) == [
            False,
            True,
        ]
    with pytest.raises(notes.Unreadable):
        check([early + late.replace("time 20", "time 21")])


def test_a_name_after_a_dash_is_no_signature():
    actions()
    note = make_checkpoint().note
    assert check([f"Dear Grace,\nI kept this.\n\n\n\n\n— Ada Lovelace\n\n{note}— Ada Lovelace\n"])[
        "against"
    ][0]["fits"]


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_a_mail_is_read_in_the_encoding_in_which_its_server_sent_it(encoding):
    actions()
    mail = EmailMessage()
    mail["Subject"] = "A checkpoint of the record, for you to keep"
    mail.set_content(
        "Please keep this message.\n\n" + make_checkpoint().note + "\nKey: x\n", cte=encoding
    )
    assert check([mail.as_bytes().decode()])["against"][0]["fits"]


def test_an_empty_file_is_no_key(tmp_path):
    """The site's own key in its stead would prove less than was asked for."""
    actions()
    kept, key = tmp_path / "kept.txt", tmp_path / "key.txt"
    kept.write_text(make_checkpoint().note)
    key.write_text("\n")
    with pytest.raises(CommandError, match="empty"):
        call_command("check_record", against=[str(kept)], key=[str(key)], stdout=io.StringIO())


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n4\n", "\n5\n"),
        lambda note: note.replace("time 20", "time 21"),
        lambda note: note.replace("/record\n", "/other\n", 1),
        lambda note: note.split("—")[0],
        lambda note: "",
        lambda note: "— x y\n" * 3,
        lambda note: "a\n" * 5 + "— x AAAA",
        lambda note: "\x00" * 5000,
    ],
)
def test_a_checkpoint_of_which_one_character_was_changed_proves_nothing(change):
    actions()
    note = make_checkpoint().note
    assert change(note) != note
    with pytest.raises(notes.Unreadable):
        check([change(note)])


def test_a_line_that_only_looks_like_a_signature_does_no_harm():
    actions()
    note = make_checkpoint().note
    assert notes.read(note + "— x AAAAA\n", [notes.own_verifier()]) == notes.read(
        note, [notes.own_verifier()]
    )
    with pytest.raises(notes.Unreadable):
        notes.read(note.rpartition("—")[0] + "— x AAAAA\n", [notes.own_verifier()])


def test_a_checkpoint_signed_by_another_key_proves_nothing(settings, tmp_path):
    actions()
    key = notes.own_verifier()
    settings.KEYS_ROOT = tmp_path / "other"
    forged = notes.sign(4, b"\0" * 32, datetime(2026, 11, 28, tzinfo=UTC))
    with pytest.raises(notes.Unreadable, match="key"):
        check([forged], [key])


# ---- what a hash covers ----

OTHER = {
    "key": uuid.UUID(int=2),
    "number": 8,
    "at": datetime(2026, 11, 28, 12, 0, 1, tzinfo=UTC),
    "actor": "person:2",
    "action": "test.other",
    "thing": "test.thing:2",
    "before": {"n": 2},
    "after": {"n": 3},
    "reason": "another",
    "previous_hash": "1" * 64,
}


@pytest.mark.parametrize("key", [uuid.UUID(int=1), None], ids=["log", "chain"])
def test_every_column_is_under_the_hash(key):
    """An actor, a moment or a reason that could be rewritten unseen would make the record say another did it."""
    said = {
        "key": key,
        "number": 7,
        "at": datetime(2026, 11, 28, 12, tzinfo=UTC),
        "actor": "person:1",
        "action": "test.deed",
        "thing": "test.thing:1",
        "before": {"n": 1},
        "after": {"n": 2},
        "reason": "why",
        "previous_hash": "0" * 64,
    }
    assert {f.name for f in Entry._meta.fields} - {"id", "hash"} == set(said) == set(OTHER)
    digests = {
        Entry(**said).digest(),
        *(Entry(**said | {name: value}).digest() for name, value in OTHER.items()),
    }
    assert len(digests) == 1 + len(OTHER)


def test_two_actions_that_are_alike_have_two_hashes():
    with transaction.atomic():
        one, two = (write("test.deed", "test.thing:1", by=BY) for _ in range(2))
    assert one.hash != two.hash


def test_what_is_written_hashes_as_what_is_read():
    """Keys that are numbers, tuples and letters outside ASCII come back from the database in another form."""
    with transaction.atomic():
        made = write(
            "test.deed",
            "test.thing:1",
            by=BY,
            after={10: ("a", 1.5), 9: "Zoë ≠ 1e3", "n": None},
            reason="naïve",
        )
    assert Entry.objects.get(pk=made.pk).digest() == made.hash


@pytest.mark.both_engines
@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e16, -1.5e300, -0.0])
def test_a_number_that_would_come_back_as_another_is_refused(number):
    before = Entry.objects.count()
    with pytest.raises(ValueError), transaction.atomic():
        write("test.deed", "test.thing:1", by=BY, after={"marks": [number]})
    assert Entry.objects.count() == before


@pytest.mark.both_engines
@pytest.mark.parametrize("number", [0.0, -1.5, 1e15 + 0.5, 1e-7, 0.1 + 0.2, 10**40, 5e-324, 2.0])
def test_a_number_that_is_kept_comes_back_as_it_was(number):
    with transaction.atomic():
        made = write("test.deed", "test.thing:1", by=BY, after=number)
    assert Entry.objects.get(pk=made.pk).digest() == made.hash


# ---- the chain before the log ----


def chained(count=3):
    """Entries as they were written before there was a log."""
    previous = "0" * 64
    for n in range(1, count + 1):
        entry = Entry(
            key=None,
            number=n,
            at=datetime(2026, 11, n, tzinfo=UTC),
            actor="person:1",
            action="test.deed",
            thing=f"x:{n}",
            previous_hash=previous,
        )
        entry.hash = previous = entry.digest()
        entry.save(force_insert=True)
    return previous


def sealed(last, count=3, *, is_whole=True):
    """The log as the migration begins it."""
    lift_guards()
    run("DELETE FROM record_leaf")
    seal = chain_seal(count, last, is_whole)
    Leaf.objects.create(position=0, entry_id=None, hash=seal)
    Head.objects.update(number=count, hash=last, chain_whole=is_whole)
    rebuild()


@pytest.mark.both_engines
def test_the_chain_before_the_log_is_carried_over_and_stays_verifiable():
    sealed(chained())
    assert not SequencerQueue.objects.exists(), (
        "an entry of the chain is under the seal, not in the log"
    )
    actions()
    answer = check()
    assert answer["whole"] and answer["chain"] == 3 and answer["sequenced"] == 4


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE record_entry SET reason = 'x' WHERE number = 2", "changed"),
        ("DELETE FROM record_entry WHERE number = 2", "missing"),
        ("DELETE FROM record_entry WHERE number = 3", "end"),
        ("UPDATE record_head SET number = 2", "seal"),
    ],
)
def test_an_old_entry_that_is_touched_afterwards_shows(sql, why):
    sealed(chained())
    actions()
    run(sql)
    answer = check()
    assert not answer["whole"] and any(why in fault for fault in answer["faults"])


def test_a_chain_that_was_broken_before_the_upgrade_is_never_called_whole():
    last = chained()
    sealed(last, is_whole=False)
    assert chain_seal(3, last, True) != chain_seal(3, last, False)
    Head.objects.update(chain_whole=True)
    assert not check()["whole"]


def test_a_chain_whose_end_was_cut_off_before_the_upgrade_is_never_called_whole():
    """What is left agrees with itself: only the seal knows."""
    last = chained()
    lift_guards()
    run("DELETE FROM record_entry WHERE number = 3")
    sealed_as_it_was(last)
    actions()
    answer = check()
    assert not answer["whole"] and "chain before the log" in answer["why"]


def sealed_as_it_was(last):
    run("DELETE FROM record_leaf")
    Leaf.objects.create(position=0, entry_id=None, hash=chain_seal(3, last, False))
    Head.objects.update(number=3, hash=last, chain_whole=False)
    rebuild()
