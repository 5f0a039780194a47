"""A program of the Hub, by the key it brought; it may no more than the officer who made the key, and less."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lms.kit.refusals import May


@dataclass(frozen=True)
class HubClient:
    key_id: int
    maker_id: int
    may_act: Callable[[], May] = field(compare=False)  # asked anew inside each action
    pk = None
    is_authenticated = True
    is_of_hub = True

    @property
    def record_label(self):
        return f"hubkey:{self.key_id}"
