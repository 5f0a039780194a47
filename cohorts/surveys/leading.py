"""Which modules somebody leads today. The room above knows; imports go down only, so the settings say where it is asked."""

from django.conf import settings
from django.utils.module_loading import import_string


def modules_led(person):
    """Keys of modules, as a QuerySet."""
    return import_string(settings.IMSA_LED_TODAY)(person).values("module")
