"""An older installation's way: each migration by itself, without those that make all tables of a room at once."""

import contextlib
import functools
import gc

from django.apps import apps
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


@contextlib.contextmanager
def many_models():
    """Each step draws its models anew, tens of thousands in all. Django asks for each of their relations whether a setting names what it leads to, and forgets the answer
    with the next model, though it is about those that are installed; and there is more to collect than is ever alive."""
    apps.get_swappable_settings_name = functools.cache(
        functools.partial(type(apps).get_swappable_settings_name.__wrapped__, apps)
    )
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        del apps.get_swappable_settings_name


def migrate(targets=None) -> MigrationLoader:
    """Take this database to some steps, or to the newest; backwards too. Gives the loader, for models of that day."""
    executor = MigrationExecutor(connection)
    executor.loader = OfWork(connection)
    with many_models():
        executor.migrate(targets or executor.loader.graph.leaf_nodes())
    return executor.loader
