"""A program of an organisation, by the key it brought; it acts for its organisation and for nobody else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ApiClient:
    token_id: int
    organisation_id: int
    scopes: tuple[str, ...] = ()
    maker_id: int | None = None  # the person who made the key
    pk = None
    is_authenticated = True

    @property
    def record_label(self):
        return f"token:{self.token_id}"
