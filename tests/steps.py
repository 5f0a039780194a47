"""An older installation's way: each migration by itself, without those that make all tables of a room at once."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

ROOMS = ("assessments", "certificates", "cohorts", "courses")


# They lead to nobody's work, and each step would draw their models anew.
BESIDE = ("certificates", "mfa", "account", "wagtailadmin", "wagtaildocs", "wagtailembeds",
          "wagtailimages", "wagtailredirects", "wagtailsearch", "wagtailusers")  # fmt: skip


class EachStep(MigrationLoader):
    without: tuple = ()

    def load_disk(self):
        super().load_disk()
        left_out = {key for key in self.disk_migrations if key[0] in self.without}
        for key in left_out.union(at_once(self.disk_migrations)):
            del self.disk_migrations[key]


class OfWork(EachStep):
    without = BESIDE


def at_once(migrations) -> list:
    """Which migrations of our rooms make all their tables at once: Wagtail has some of its own."""
    return [key for key, step in migrations.items() if step.replaces and key[0] in ROOMS]


def migrate(targets=None) -> MigrationLoader:
    """Take this database to some steps, or to the newest; backwards too. Gives the loader, for models of that day."""
    executor = MigrationExecutor(connection)
    executor.loader = OfWork(connection)
    executor.migrate(targets or executor.loader.graph.leaf_nodes())
    return executor.loader
