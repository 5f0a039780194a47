"""May this person act as an IMSA? The public check at the shell. Exit status 0 answered, 1 refused, 2 bad usage."""

import argparse
import json
import sys
from datetime import date

from django.core.management.base import BaseCommand

from certificates.actions import answer_check
from lms.kit.codes import Misread
from lms.kit.refusals import Refused
from lms.people.roles import Operator


def day(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"“{text}” is not a day. Write it as 2026-11-14."
        ) from None


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("number", help="an IMSA number or a certificate number")
        parser.add_argument("--surname", required=True, help="the family name, or the only name")
        parser.add_argument("--on", type=day, help="a day, as 2026-11-14; today if left out")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *, number, surname, on, json: bool, **options):
        try:
            check = answer_check(number, surname, by=Operator("standing"), on=on)
        except (Misread, Refused) as refused:
            self.stdout.write(as_text({"refused": str(refused)}) if json else str(refused))
            sys.exit(1)
        answer = {
            **check.answer,
            "as_at": check.on_day.isoformat(),
            "receipt": check.receipt,
            "number": check.asked_number,
            "surname": check.asked_surname,
        }
        self.stdout.write(as_text(answer) if json else in_words(answer))


def as_text(answer) -> str:
    return json.dumps(answer, ensure_ascii=False)


def in_words(answer) -> str:
    nations = f"Nations: {', '.join(answer['nations'])}." if answer["nations"] else ""
    lines = [
        f"{answer['label']} on {answer['as_at']}.",
        nations,
        answer["conditions"],
        *answer["reasons"],
        answer["meaning"],
        answer["advice"],
        f"Receipt {answer['receipt']}.",
    ]
    return "\n".join(filter(None, lines))
