from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KitConfig(AppConfig):
    name = "lms.kit"
    label = "kit"

    def ready(self):
        from . import checks, collector, installation  # noqa: F401

        post_migrate.connect(installation.mark_after_migrate, sender=self)

        collector.collect_seldom()
