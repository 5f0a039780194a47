"""Ask every external address of the published curriculum whether it still answers. JSON; 1 when something is broken."""

import json
import time
from urllib.parse import urldefrag, urlsplit

from django.core.management.base import BaseCommand

from courses.actions.links import note_links
from courses.authoring.link_checker import ask, broken_inside, is_outside
from courses.editor.overview import places_of_links
from lms.people.roles import Operator

PAUSE = 0.5  # seconds between two questions to one host


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--allow-private",
            action="store_true",
            help="Follow addresses inside your own network too.",
        )

    def handle(self, **options):
        places = places_of_links()
        outside = sorted(
            (address for address in places if is_outside(address)),
            key=lambda a: (urlsplit(a).netloc, a),
        )
        answers, asked, before = {}, {}, None
        for address in outside:
            page = urldefrag(address)[0]
            if page not in asked:
                if before == urlsplit(page).netloc:
                    time.sleep(PAUSE)
                before = urlsplit(page).netloc
                asked[page] = ask(page, is_private_allowed=options["allow_private"])
            answers[address] = asked[page]
        broken = note_links(answers, by=Operator("check_links"))
        inside = broken_inside(places)
        self.stdout.write(
            json.dumps(
                {
                    "asked": len(answers),
                    "broken": broken,
                    "inside_broken": len(inside),
                    "addresses": sorted(
                        [a for a, (_, is_broken) in answers.items() if is_broken] + list(inside)
                    ),
                }
            )
        )
        if broken or inside:
            raise SystemExit(1)
