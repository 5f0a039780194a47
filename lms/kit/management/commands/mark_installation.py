"""Mark this installation as real or as a demonstration, where the database cannot tell by itself. Exit status 0, or 1 refused."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError

from lms.kit import installation


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []  # it says what the place is, before the place is whole

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=installation.KINDS)
        parser.add_argument(
            "--replace", action="store_true", help="change a mark that is there already"
        )

    def handle(self, *, kind, replace, **options):
        try:
            tables = installation.connection.introspection.table_names()
            if "kit_installation" not in tables:
                # Before the migration that brings the table: the file lets migrate begin, and decides what it writes.
                marked = installation.in_folder(settings.IMSA_HOME)
                if marked is None or replace:
                    installation.write_file(kind)
                    marked = kind
            else:
                marked = installation.mark(kind, is_sure=replace)
        except (DatabaseError, InterfaceError) as fault:
            raise CommandError(
                f"The database does not answer, so nothing was changed: {str(fault).strip()}"
            ) from None
        if marked != kind:
            raise CommandError(
                f"This installation is marked as {marked} already. Nothing was changed. --replace changes it."
            )
        self.stdout.write(f"This is a {kind} installation.")
