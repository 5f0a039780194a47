"""The chain becomes the first leaf of a log that no deed waits for."""
import hashlib
import json
import uuid

from django.db import migrations, models

from lms.kit.append_only import append_only
from lms.record.merkle import Tree
from lms.record.models import chain_seal
from lms.record.queue import queued


def seal_chain(apps, schema_editor):
    """Walk the whole chain once more and seal what was found. A chain that is not whole stops no upgrade: the seal says so for ever."""
    Entry, Head, Leaf = (apps.get_model("record", name) for name in ("Entry", "Head", "Leaf"))
    head = Head.objects.get(pk=1)
    previous, expected, is_whole = "0" * 64, 1, True
    for entry in Entry.objects.order_by("number").iterator(chunk_size=2000):
        content = [entry.number, entry.at.isoformat(), entry.actor, entry.deed, entry.thing, entry.before, entry.after, entry.reason, entry.previous_hash]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        is_whole &= (entry.number, entry.previous_hash, entry.hash) == (expected, previous, digest)
        previous, expected = entry.hash, expected + 1
    is_whole &= (head.number, head.hash) == (expected - 1, previous)
    if not is_whole:
        print("\nThe record from before this upgrade is not whole (manage.py check_record says where). It is sealed as it is.")
    seal = chain_seal(head.number, head.hash, is_whole)
    Leaf.objects.create(position=0, entry_id=None, hash=seal)
    tree = Tree()
    tree.add(bytes.fromhex(seal))
    Head.objects.filter(pk=1).update(chain_whole=is_whole, size=tree.size, peaks=[peak.hex() for peak in tree.peaks])


class Migration(migrations.Migration):
    dependencies = [("record", "0003_running_clock")]
    operations = [
        migrations.AlterModelOptions("entry", {"ordering": ["pk"], "verbose_name": "record entry", "verbose_name_plural": "record entries"}),
        migrations.AddField("entry", "key", models.UUIDField(unique=True, null=True, editable=False)),
        migrations.AlterField("entry", "key", models.UUIDField(unique=True, null=True, editable=False, default=uuid.uuid4)),
        migrations.AlterField("entry", "number", models.PositiveBigIntegerField(unique=True, null=True, editable=False)),
        migrations.AlterField("entry", "previous_hash", models.CharField(max_length=64, blank=True, default="", editable=False)),
        migrations.CreateModel(
            "SequencerQueue",
            [("entry_id", models.PositiveBigIntegerField(primary_key=True, serialize=False))],
            {"verbose_name": "entry to be sequenced", "verbose_name_plural": "entries to be sequenced"},
        ),
        migrations.CreateModel(
            "Leaf",
            [
                ("position", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.PositiveBigIntegerField(unique=True, null=True)),
                ("hash", models.CharField(max_length=64)),
            ],
            {"ordering": ["position"], "verbose_name_plural": "leaves"},
        ),
        migrations.CreateModel(
            "Checkpoint",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.PositiveBigIntegerField(unique=True)),
                ("root", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("note", models.TextField(help_text="The signed note, as it is published.")),
                ("stamp", models.TextField(blank=True, help_text="An RFC 3161 time stamp of the note, in base64.")),
            ],
            {"ordering": ["-size"]},
        ),
        migrations.AlterField("head", "number", models.PositiveBigIntegerField(default=0, help_text="How many entries the chain before the log has.")),
        migrations.AlterField("head", "hash", models.CharField(max_length=64, default="0" * 64, help_text="The last hash of that chain.")),
        migrations.AddField("head", "chain_whole", models.BooleanField(default=True, help_text="Was that chain whole when the log began?")),
        migrations.AddField("head", "size", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("head", "peaks", models.JSONField(default=list, help_text="Hashes of the complete subtrees, the largest first, in hexadecimal.")),
        migrations.AddField("head", "mailed_at", models.DateTimeField(null=True, help_text="When a checkpoint was last mailed to those who keep them.")),
        migrations.RunPython(seal_chain, migrations.RunPython.noop),
        append_only("record_entry", "record_leaf", "record_checkpoint"),
        queued(),
    ]
