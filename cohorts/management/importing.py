"""What both import commands do and print; they refuse with a sentence on standard output, as JSON."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from cohorts.imports import verdicts
from cohorts.imports.actions import check_import, write_import
from cohorts.sheets.table import MOST_BYTES
from lms.kit.refusals import Refused
from lms.people.roles import Operator

REFUSED, BAD_USAGE = 1, 2
PRINTED = ("row", "verdict", "summary", "changes", "reasons", "notes", "edits", "values")


class ImportCommand(BaseCommand):
    kind = ""

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if getattr(self, "_called_from_command_line", False):
            parser.error = lambda why: self.finish(
                BAD_USAGE, problem=f"{why}. {parser.format_usage().strip()}"
            )
        return parser

    def add_arguments(self, parser):
        parser.add_argument(
            "file", metavar="FILE", help="a CSV file in UTF-8, or an Excel workbook (.xlsx)"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be written, and write nothing"
        )

    def handle(self, *, file, dry_run, **options):
        about = {"file": file, "dry_run": dry_run}
        try:
            with Path(file).open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
        except (OSError, ValueError) as fault:
            self.finish(
                BAD_USAGE,
                problem=f"The file cannot be opened: {getattr(fault, 'strerror', None) or fault}.",
                **about,
            )
        rows = []
        try:
            rows = verdicts.check(self.kind, content, by=Operator(f"import_{self.kind}"))
            refused = verdicts.counts(rows)["refused"]
            rows = [{key: row[key] for key in PRINTED} for row in rows]
            if refused:
                would_be = "would be" if dry_run else "was"
                raise Refused(
                    f"{refused} of {len(rows)} rows are refused, so nothing {would_be} written."
                )
            if not dry_run:
                self.write(Path(file).name, content)
        except Refused as why:
            self.finish(REFUSED, rows, problem=str(why), **about)
        self.finish(0, rows, is_written=not dry_run, **about)

    def write(self, name, content):
        by = Operator(f"import_{self.kind}")
        write_import(check_import(self.kind, name, content, by=by), by=by)

    def finish(self, status, rows=(), *, file=None, dry_run=False, is_written=False, problem=None):
        """Print the answer, and leave with the exit status."""
        answer = {
            "file": file,
            "kind": self.kind,
            "dry_run": dry_run,
            "written": is_written,
            "counts": verdicts.counts(rows),
            "rows": rows,
            "problem": problem,
        }
        self.stdout.write(json.dumps(answer))
        if status:
            sys.exit(status)
