import gc

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KitConfig(AppConfig):
    name = "lms.kit"
    label = "kit"

    def ready(self):
        from . import checks, installation  # noqa: F401

        post_migrate.connect(installation.mark_after_migrate, sender=self)

        # Ten thousand answers at once are ten thousand times looked through for circles that are not there: a quarter of the
        # time of a long list. Memory stays flat all the same (benchmarks, certificates.memory_growth_mb).
        gc.set_threshold(50_000, 20, 20)
