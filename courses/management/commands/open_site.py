"""Lay the public pages of a new installation and let its course authors into the editor. JSON; twice is once."""

import json

from django.core.management.base import BaseCommand

from courses.editor.overview import let_authors_in
from lms.pages.actions import lay_pages
from lms.people.roles import Operator


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        home = lay_pages(by=Operator("open_site"))
        authors = let_authors_in()
        self.stdout.write(
            json.dumps({"home": home.title, "authors": [person.email for person in authors]})
        )
