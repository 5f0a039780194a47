import gc

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "lms.kit"
    label = "kit"

    def ready(self):
        from . import checks  # noqa: F401

        # Ten thousand answers at once are ten thousand times looked through for circles that are not there: a quarter of the
        # time of a long list. Memory stays flat all the same (benchmarks, certificates.memory_growth_mb).
        gc.set_threshold(50_000, 20, 20)
