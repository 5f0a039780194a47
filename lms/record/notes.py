"""Checkpoints as signed notes, in the form of transparency logs, so that other people's tools read them too.

The form is C2SP's signed-note and tlog-checkpoint: the log's name, its size, its root in base64, a line with the time, an empty line,
and an Ed25519 signature of the lines above. Pure but for the key's file.
"""

import base64
import binascii
import email
import email.policy
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

ED25519 = b"\x01"
SIGNATURE = re.compile(r"— (\S{1,300}) ([A-Za-z0-9+/]{1,400}={0,2})")
SHORTEST = (
    4 + 64
)  # bytes of a signature: the key's id and what Ed25519 makes; “— Ada Lovelace” is none
LONGEST = 200_000  # characters: a mail as it came, with all its head


class Unreadable(ValueError):
    """The text is no checkpoint, or nobody we know signed it. The message says what is wrong and what to do."""


class UnknownSigner(Unreadable):
    """It may be a checkpoint, but none of the keys given signed it."""


@dataclass(frozen=True)
class Note:
    """What a checkpoint says. `root` has 32 bytes; `key` is the key's name, its id and itself, as `verifier` writes it."""

    origin: str
    size: int
    root: bytes
    at: datetime
    key: str = ""


# ---- the key ----


def origin() -> str:
    """The log's name: the site's address without its scheme."""
    return f"{re.sub(r'^https?://', '', settings.SITE_URL).strip('/')}/record"


def _place():
    return settings.KEYS_ROOT / "record.key"


def has_key() -> bool:
    """Is there a key yet? Whoever only reads makes none."""
    return _place().exists()


def private_key() -> Ed25519PrivateKey:
    """The key that signs checkpoints, made at the first asking in IMSA_HOME/keys/record.key. Of two makers at once one is kept."""
    place = _place()
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        open_part, part = tempfile.mkstemp(
            ".part", "record.", place.parent
        )  # of this thread alone, and readable by nobody else
        with open(open_part, "wb") as handle:
            handle.write(made)
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(part, place)  # refuses where the other maker was first
        except FileExistsError:
            pass
        finally:
            os.unlink(part)
    key = serialization.load_pem_private_key(place.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)  # as it was made above
    return key


def verifier(name: str, public: Ed25519PublicKey) -> str:
    """The public key as a line to hand out: name, id and key, joined by “+”."""
    raw = ED25519 + public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return f"{name}+{key_id(name, raw).hex()}+{base64.b64encode(raw).decode()}"


def key_id(name: str, raw: bytes) -> bytes:
    """The first four bytes of the hash of name and key."""
    return hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]


def own_verifier() -> str:
    return verifier(origin(), private_key().public_key())


# ---- the note ----


def sign(size: int, root: bytes, at: datetime) -> str:
    """The signed note of a log of `size` entries with this root, at this moment (told in UTC, to the second)."""
    name, key = origin(), private_key()
    text = f"{name}\n{size}\n{base64.b64encode(root).decode()}\ntime {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n"
    raw = ED25519 + key.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    signature = base64.b64encode(key_id(name, raw) + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {signature}\n"


def read(note: str, verifiers=()) -> Note:
    """What the first checkpoint of a text says: as `read_all`."""
    return read_all(note, verifiers)[0]


def read_all(text: str, verifiers=()) -> list[Note]:
    """What every checkpoint of a text says, once one of the `verifiers` has signed each. Raises Unreadable where one does not, and
    where there is none: whoever keeps many in one file must not believe that the others fit.

    Line ends of another system, a mail's own encoding and lines around the notes (a greeting and a foot) do no harm; one changed
    character does.
    """
    keys = [_key(line) for line in verifiers]
    return [_verified(said, signed, keys) for said, signed in _split(_plain(text[:LONGEST]))]


def read_unverified(note: str) -> Note:
    """What the first checkpoint of a text says, whoever signed it. Raises Unreadable."""
    return _parse(_split(note)[0][0])


def _parse(text) -> Note:
    lines = text.split("\n")
    try:
        name, size, root, time = (
            lines[0],
            lines[1],
            base64.b64decode(lines[2], validate=True),
            lines[3].removeprefix("time "),
        )
        at = datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if len(root) != 32 or not re.fullmatch(r"0|[1-9][0-9]{0,17}", size):
            raise ValueError
    except (IndexError, ValueError, binascii.Error):
        raise Unreadable(
            "This is no checkpoint: it needs a name, a size, a root and a time on four lines. Copy the whole of it."
        ) from None
    return Note(name, int(size), root, at)


def _key(line) -> tuple:
    """(the key's name, its id, the key, the line)"""
    name, _, rest = line.strip().partition("+")
    try:
        raw = base64.b64decode(rest.partition("+")[2], validate=True)
        return name, key_id(name, raw), Ed25519PublicKey.from_public_bytes(raw[1:]), line.strip()
    except (ValueError, binascii.Error):
        raise Unreadable(
            f"“{line.strip()[:80]}” is no key of a checkpoint. It looks like name+id+key."
        ) from None


def _verified(text, signed, keys) -> Note:
    note = _parse(text)
    for name, number, key, line in keys:
        for signer, signature in signed:
            if signer == name and signature[:4] == number:
                try:
                    key.verify(signature[4:], text.encode())
                except InvalidSignature:
                    raise Unreadable(
                        "The signature does not fit: this checkpoint was changed after it was signed."
                    ) from None
                return replace(note, key=line)
    raise UnknownSigner(
        "No one whose key was given signed this checkpoint. Give the key that was mailed with it."
    )


def _plain(text) -> str:
    """The words of a mail that was saved with its head, as they were written: a mail server may have put them in an encoding of its own."""
    if re.search(r"(?m)^[ \t]*— ", text) or not re.search(
        r"(?im)^content-transfer-encoding:", text
    ):
        return text
    try:
        mail = email.message_from_bytes(text.lstrip().encode(), policy=email.policy.default)
        body = mail.get_body(("plain",))
        return body.get_content() if body is not None else text
    except (AttributeError, KeyError, LookupError, ValueError):
        return text  # no mail after all: the words that only look like its head stand in the way of nothing


def _decoded(line) -> tuple | None:
    """(the signer's name, the signature with the key's id before it), or nothing for a line that only looks like a signature."""
    found = SIGNATURE.fullmatch(line)
    if found is None:
        return None
    try:
        signature = base64.b64decode(found[2])
    except binascii.Error:
        return None
    return (found[1], signature) if len(signature) >= SHORTEST else None


def _split(text) -> list:
    """Each note as (the signed text, [(name, signature)])."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    notes, last = [], None
    for n, line in enumerate(lines):
        if signature := _decoded(line):
            if last != n - 1:
                notes.append(("\n".join(lines[max(n - 5, 0) : max(n - 1, 0)]) + "\n", []))
            notes[-1][1].append(signature)
            last = n
    if not notes:
        raise Unreadable(
            "This is no checkpoint: no line of it begins with “—” and a signature. Copy the whole of it."
        )
    return notes
