"""States of a file that was brought."""

from django.db import models
from django.utils.translation import gettext_lazy


class ImportState(models.TextChoices):
    CHECKED = "checked", gettext_lazy("Checked, nothing written yet")
    WRITING = "writing", gettext_lazy("Being written")
    WRITTEN = "written", gettext_lazy("Written")
    DROPPED = "dropped", gettext_lazy("Dropped")


IMPORT_TRANSITIONS = {
    (ImportState.CHECKED, "write_import"): ImportState.WRITTEN,
    (ImportState.CHECKED, "begin_import"): ImportState.WRITING,
    (ImportState.WRITING, "write_import"): ImportState.WRITTEN,
    (ImportState.WRITING, "refuse_import"): ImportState.CHECKED,
    (ImportState.CHECKED, "drop_import"): ImportState.DROPPED,
    (ImportState.WRITING, "drop_import"): ImportState.DROPPED,
}
