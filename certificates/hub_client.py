"""A program of the Hub, by the key it brought; it may no more than the officer who made the key, and less."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HubClient:
    key_id: int
    maker_id: int
    pk = None
    is_authenticated = True
    is_of_hub = True

    @property
    def record_label(self):
        return f"hubkey:{self.key_id}"
