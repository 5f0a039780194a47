"""States of a file that was brought."""

from django.db import models


class ImportState(models.TextChoices):
    CHECKED = "checked", "Checked, nothing written yet"
    WRITING = "writing", "Being written"
    WRITTEN = "written", "Written"
    DROPPED = "dropped", "Dropped"


IMPORT_TRANSITIONS = {
    (ImportState.CHECKED, "write_import"): ImportState.WRITTEN,
    (ImportState.CHECKED, "begin_import"): ImportState.WRITING,
    (ImportState.WRITING, "write_import"): ImportState.WRITTEN,
    (ImportState.WRITING, "refuse_import"): ImportState.CHECKED,
    (ImportState.CHECKED, "drop_import"): ImportState.DROPPED,
    (ImportState.WRITING, "drop_import"): ImportState.DROPPED,
}
