from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "lms.kit"
    label = "kit"

    def ready(self):
        from . import checks  # noqa: F401
