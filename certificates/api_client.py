"""A program of an organisation, by the key it brought; it acts for its organisation and for nobody else."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lms.kit.refusals import May


@dataclass(frozen=True)
class ApiClient:
    token_id: int
    organisation_id: int
    scopes: tuple[str, ...] = ()
    maker_id: int | None = None  # the person who made the key
    may_act: Callable[[], May] = field(compare=False, kw_only=True)  # asked anew where it waited
    pk = None
    is_authenticated = True

    @property
    def record_label(self):
        return f"token:{self.token_id}"
