"""Counts how often somebody asks, in one statement for all counts of one question; whoever guesses is slowed."""

import hashlib
import hmac

from django.conf import settings
from django.db import connection

from lms.kit import clock

from ..models import RateLimitCount

SECONDS = {"m": 60, "h": 3600, "d": 86400}


def rate(text: str) -> tuple[int, int]:
    """(how many, in how many seconds) of “30/m”."""
    count, _, span = text.partition("/")
    return int(count), SECONDS[span]


def key_of(kind: str, what) -> str:
    """A key nobody can read back: the address or the number itself is not kept."""
    digest = hmac.new(
        settings.SECRET_KEY.encode(), f"{kind}:{what}".encode(), hashlib.sha256
    ).hexdigest()
    return f"{kind}:{digest[:40]}"


def count(*lines: tuple[str, int, int]) -> dict[str, int]:
    """Add to counts and read them. Each line: (key, seconds of its stretch, how much). One statement."""
    now = int(clock.now().timestamp())
    rows = sorted((key, (now // seconds + 1) * seconds, more) for key, seconds, more in lines)
    table = connection.ops.quote_name(RateLimitCount._meta.db_table)
    places = ", ".join(["(%s, %s, %s)"] * len(rows))
    # A count that a power cut loses hurts nobody; waiting for the disk would be half the time of a check.
    values = f"VALUES {places}"
    if is_alone(connection):
        unwaited = "SELECT set_config('synchronous_commit', 'off', true)"
        values = f"WITH w AS ({unwaited}) SELECT v.* FROM w, ({values}) v"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {table} AS t (key, ends_at, count) {values}
            ON CONFLICT (key) DO UPDATE SET
              count = CASE WHEN t.ends_at = excluded.ends_at THEN t.count + excluded.count ELSE excluded.count END,
              ends_at = excluded.ends_at
            RETURNING key, count""",
            [value for row in rows for value in row],
        )
        return dict(cursor.fetchall())


def is_alone(connection) -> bool:
    """Is the statement a transaction of its own on PostgreSQL? Inside another the setting would be the other's too."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def forget() -> int:
    """Drop the counts of stretches that are over."""
    return RateLimitCount.objects.filter(ends_at__lt=int(clock.now().timestamp())).delete()[0]
