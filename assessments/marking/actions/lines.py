"""Adds a line to the history of a mark; none is ever edited."""

from lms.kit import clock

from ..models import MarkLine


def add_line(submission, stage, mark, rule, *, by) -> MarkLine:
    """The next line of a mark's history. The caller holds the submission's row."""
    return MarkLine.objects.create(
        submission=submission,
        number=submission.lines.count() + 1,
        stage=stage,
        mark=mark,
        rule=rule,
        by=by.record_label,
        at=clock.now(),
    )


def add_line_in(batch, submission, stage, mark, rule) -> MarkLine:
    """`add_line` as part of a batch; the constraint of numbers guards the moment between."""
    return batch.add(
        MarkLine(
            submission=submission,
            number=len(submission.lines.all()) + 1,
            stage=stage,
            mark=mark,
            rule=rule,
            by=batch.by.record_label,
            at=clock.now(),
        )
    )
