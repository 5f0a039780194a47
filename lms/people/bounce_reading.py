"""Reads what is reported about mail: our JSON, and the delivery status notifications that mail servers send (RFC 3464). It touches no database."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime

from django.utils.dateparse import parse_datetime

from lms.kit import clock

from .bounces import Report
from .models import ReportKind

MOST = 100  # reports in one request
LONGEST = 1024 * 1024  # bytes of a mail that is read


class Unreadable(Exception):
    """It is not such a report; the text says where and what to send instead. In English: it is read by programs and whoever runs them."""


def reports_in(content) -> list[Report]:
    """Of parsed JSON: one object or a list of at most `MOST`, each {address, kind, at, diagnostic?, message_id?}. Raises Unreadable that names the first
    entry (from 1) and field that cannot be read."""
    entries = content if isinstance(content, list) else [content]
    if not entries or len(entries) > MOST:
        raise Unreadable(f"Send one report, or a list of 1 to {MOST}.")
    return [_report(number, entry) for number, entry in enumerate(entries, 1)]


def _report(number, entry) -> Report:
    if not isinstance(entry, dict):
        raise Unreadable(f"Report {number}: send an object with address, kind and at.")
    words = {}
    for name, longest in (
        ("address", 320),
        ("kind", 10),
        ("at", 40),
        ("diagnostic", 5000),
        ("message_id", 200),
    ):
        value = entry.get(name, "")
        if not isinstance(value, str) or len(value) > longest or not _is_storable(value):
            raise Unreadable(f"Report {number}: {name} is text of at most {longest} characters.")
        words[name] = value.strip()
    if "@" not in words["address"]:
        raise Unreadable(f"Report {number}: address is an email address.")
    if words["kind"] not in ReportKind.values:
        raise Unreadable(f"Report {number}: kind is one of {', '.join(ReportKind.values)}.")
    try:
        at = parse_datetime(words["at"])
        at = at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):  # the year 1, east of Greenwich
        at = None
    if at is None:
        raise Unreadable(f"Report {number}: at is a time with its zone, like 2026-11-30T14:05:00Z.")
    if at > clock.now() + timedelta(days=1):
        raise Unreadable(f"Report {number}: at lies in the future.")
    return Report(
        words["address"],
        words["kind"],
        at,
        words["diagnostic"],
        words["message_id"],
    )


def _is_storable(text) -> bool:
    """Without a zero byte and halves of letters, which JSON can spell and no database keeps."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def reports_of_mail(mail: bytes) -> list[Report]:
    """Of a delivery status notification as it arrived. Anybody can write one, so each names the Message-ID of the mail that came back, which only who
    received a mail of ours can know. Raises Unreadable for any other mail."""
    try:
        message = message_from_bytes(mail[:LONGEST], policy=policy.compat32)
        parts = list(message.walk())
    except RecursionError:
        raise Unreadable("This mail holds mails in mails without end.") from None
    status = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    if status is None:
        raise Unreadable("This mail holds no message/delivery-status (RFC 3464).")
    message_id = _original_id(parts)
    if not message_id:
        raise Unreadable("This report does not name the Message-ID of the mail that came back.")
    blocks = status.get_payload()
    blocks = [b for b in blocks if hasattr(b, "get")] if isinstance(blocks, list) else []
    found = [
        Report(address, kind, _time_of(block, message), _words(block), message_id, True)
        for block in blocks
        if (address := _address(block)) and (kind := _kind(block))
    ]
    if not found:
        raise Unreadable("This report names no recipient whose mail failed, is late or arrived.")
    return found[:MOST]


def _original_id(parts) -> str:
    """Of the mail that came back, which stands last, whole or as its headers."""
    for part in reversed(parts):
        if part.get_content_type() == "text/rfc822-headers":
            text = part.get_payload(decode=True) or b""
            return str(message_from_bytes(text)["Message-ID"] or "").strip()
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and hasattr(inner[0], "get"):
                return str(inner[0]["Message-ID"] or "").strip()
    return ""


def _address(block) -> str:
    """As it was sent: a final recipient may be where it was forwarded to."""
    given = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
    kind, semicolon, address = given.partition(";")
    address = (address if semicolon else kind).strip().strip("<>")
    return address if "@" in address and len(address) <= 320 else ""


def _kind(block) -> str:
    action = str(block.get("Action") or "").strip().lower()
    is_final = str(block.get("Status") or "").strip().startswith("5")
    if action == "failed":
        return ReportKind.HARD if is_final else ReportKind.SOFT
    return {"delayed": ReportKind.SOFT, "delivered": ReportKind.DELIVERED}.get(action, "")


def _words(block) -> str:
    words = str(block.get("Diagnostic-Code") or block.get("Status") or "").replace("\0", "")
    return words.partition(";")[2].strip() or words


def _time_of(block, message) -> datetime:
    for text in (block.get("Last-Attempt-Date"), message.get("Date")):
        try:
            at = parsedate_to_datetime(str(text or ""))
            at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        except (ValueError, TypeError, OverflowError):
            continue
        return min(at, clock.now().astimezone(UTC))
    return clock.now().astimezone(UTC)
