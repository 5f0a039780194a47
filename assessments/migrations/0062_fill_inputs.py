"""What each line of a mark was found from, by the order of the stages; what the order does not explain stands as it was typed."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from django.db import migrations

LOT = 2000
RESULTS = ("agreed", "quiz", "not_submitted", "capped", "ratified")


def inputs_of(line, before):
    """Of one line, and those before it, which have a number, a stage and a mark."""
    last = {one.stage: one for one in before}
    stands = next((one for one in reversed(before) if one.stage in RESULTS), None)
    if line.stage == "agreed" and {"first", "second"} <= set(last):
        pair = [last["first"], last["second"]]
        if "third" in last:
            three = [*pair, last["third"]]
            if sorted(one.mark for one in three)[1] == line.mark:
                return {"by": "middle", "lines": [one.number for one in three]}
        mean = sum(one.mark for one in pair) / 2
        if mean.quantize(Decimal("0.01"), ROUND_HALF_UP) == line.mark:
            return {"by": "mean", "lines": [one.number for one in pair]}
    if line.stage == "not_submitted" and line.mark == 0:
        return {"by": "nothing"}
    if line.stage == "capped" and stands and stands.mark >= line.mark:
        return {"by": "cap", "lines": [stands.number], "cap": str(line.mark)}
    if line.stage == "ratified" and stands and stands.mark == line.mark:
        return {"by": "same", "lines": [stands.number]}
    return {"by": "typed"}


def fill(apps, schema_editor):
    MarkLine = apps.get_model("assessments", "MarkLine")
    rule_set = apps.get_model("assessments", "RuleSet").objects.filter(number=1).first()
    rows = MarkLine.objects.order_by("attempt_id", "number")
    changed = []
    for _attempt, lines in groupby(rows.iterator(chunk_size=LOT), key=lambda one: one.attempt_id):
        before = []
        for line in lines:
            line.inputs, line.rule_set = inputs_of(line, before), rule_set
            before.append(line)
        changed += before
        if len(changed) >= LOT:
            MarkLine.objects.bulk_update(changed, ["inputs", "rule_set"], batch_size=200)
            changed = []
    MarkLine.objects.bulk_update(changed, ["inputs", "rule_set"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0061_marks_recompute")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
