"""A stamp on the curriculum, so that its outline is read once and not on every page."""

import uuid

from django.db import models, transaction


class Stamp(models.Model):
    """One row; a new stamp whenever a row of the outline is written. Random, so that a rolled-back
    change gives back the stamp of what is there."""

    PERSONAL_DATA = {}

    stamp = models.UUIDField(default=uuid.uuid4)


def stamp_anew():
    """To be called in the transaction that changes the outline."""
    new = uuid.uuid4()
    if not Stamp.objects.update(stamp=new):
        Stamp.objects.get_or_create(pk=1, defaults={"stamp": new})


class Outlined(models.QuerySet):
    """Writing many rows at once changes the outline too."""

    def update(self, **changes):
        with transaction.atomic():
            stamp_anew()
            return super().update(**changes)

    def delete(self):
        with transaction.atomic():
            stamp_anew()
            return super().delete()

    def bulk_create(self, *args, **kwargs):
        with transaction.atomic():
            stamp_anew()
            return super().bulk_create(*args, **kwargs)


class Stamped(models.Model):
    """A row that the outline shows."""

    objects = Outlined.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            stamp_anew()
            super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            stamp_anew()
            return super().delete(*args, **kwargs)
