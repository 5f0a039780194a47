"""The one place where the state of a thing changes; it refuses transitions no table names."""

from django.db import transaction
from django.utils.translation import gettext as _

from lms.record.actions import write

from .refusals import Refused


class IllegalTransition(Refused):
    """No table of transitions has this action for this state."""


def make_transition(thing, action: str, *, by, reason: str = "", **changes):
    """Change `thing.state` as its TRANSITIONS table says, save `changes` with it, write the record.

    1. locks the row, 2. looks (state, action) up, 3. saves the named fields, 4. writes the
    record. Raises IllegalTransition, and changes nothing, when the table has no such transition.
    """
    model = type(thing)
    with transaction.atomic():
        locked = (
            model._base_manager.select_for_update(no_key=True).only("state").get(pk=thing.pk)
        )  # a row can be large
        before = locked.state
        try:
            after = model.TRANSITIONS[(before, action)]
        except KeyError:
            thing.refresh_from_db()
            raise IllegalTransition(_words(locked)) from None
        thing.state = after
        for name, value in changes.items():
            setattr(thing, name, value)
        thing.save(update_fields=["state", *changes])
        write(
            f"{model._meta.app_label}.{action}",
            thing,
            by=by,
            before=before,
            after=after,
            reason=reason,
        )
    return thing


def add_transition(batch, thing, action: str, *, reason: str = "", **changes):
    """`make_transition` as part of a batch, of a thing that was read before the transaction. Raises IllegalTransition as `make_transition` does; the batch itself
    raises Moved where the state is another by the time it is written, so no lock is needed."""
    model, before = type(thing), thing.state
    after = model.TRANSITIONS.get((before, action))
    if after is None:
        raise IllegalTransition(_words(thing))
    batch.change(thing, was={"state": before}, state=after, **changes)
    batch.record(
        f"{model._meta.app_label}.{action}", thing, before=before, after=after, reason=reason
    )
    return thing


def _words(thing):
    return _("This %(thing)s is “%(state)s”, so it cannot be changed in that way.") % {
        "thing": thing._meta.verbose_name,
        "state": thing.get_state_display(),
    }


def state_field(states, initial, **kwargs):
    """A state column that forms never offer."""
    from django.db import models

    return models.CharField(
        max_length=24, choices=states.choices, default=initial, editable=False, **kwargs
    )


def tables():
    """Every model that has a table of transitions, by label."""
    from django.apps import apps

    return {m._meta.label: m for m in apps.get_models() if hasattr(m, "TRANSITIONS")}
