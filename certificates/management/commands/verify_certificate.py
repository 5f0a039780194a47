"""Is this file a certificate of ours, unchanged? JSON with --json. Exit status 0 yes, 1 no, 2 bad usage."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from certificates.models import Certificate
from certificates.signing.pdf import verify


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a PDF")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *, file, json: bool, **options):
        try:
            content = file.read_bytes()
        except OSError as fault:
            raise CommandError(f"{file} cannot be read: {fault.strerror}.", returncode=2) from None
        verdict = verify(content)
        found = (
            Certificate.objects.select_related("superseded_by")
            .filter(sha256=verdict.sha256)
            .first()
            if verdict.holds
            else None
        )
        newer = getattr(found, "superseded_by", None)
        why = verdict.why or (
            ""
            if found
            else "It carries our signature, but it is not a certificate on this register."
        )
        answer = {
            "genuine": bool(verdict.holds and found),
            "signed": verdict.is_signed,
            "unchanged": verdict.is_intact,
            "signed_by_us": verdict.is_ours,
            "covers_whole_file": verdict.is_whole,
            "on_register": bool(found),
            "number": found.number if found else None,
            "issued_on": found.issued_on.isoformat() if found else None,
            "signed_at": verdict.signed_at.isoformat() if verdict.signed_at else None,
            "sha256": verdict.sha256,
            "why": why,
            "replaced_on": newer.issued_on.isoformat() if newer else None,
        }
        self.stdout.write(
            as_text(answer) if json else f"Certificate {found.number}, as issued." if found else why
        )
        if not answer["genuine"]:
            sys.exit(1)


def as_text(answer) -> str:
    return json.dumps(answer, ensure_ascii=False)
