"""Checkpoints as signed notes, in the form of transparency logs, so that other people's tools read them too.

The form is C2SP's signed-note and tlog-checkpoint: the log's name, its size, its root in base64, a line with the time, an empty line,
and an Ed25519 signature of the lines above. Pure but for the key's file.
"""
import base64
import binascii
import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

ED25519 = b"\x01"
SIGNATURE = re.compile(r"— (\S{1,300}) ([A-Za-z0-9+/]{1,400}={0,2})")
LONGEST = 200_000  # characters: a mail as it came, with all its head


class Unreadable(ValueError):
    """The text is no checkpoint, or nobody we know signed it. The message says what is wrong and what to do."""


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


def private_key() -> Ed25519PrivateKey:
    """The key that signs checkpoints, made at the first asking in IMSA_HOME/keys/record.key. Of two makers at once one is kept."""
    place = settings.KEYS_ROOT / "record.key"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption(),
        )
        part = place.with_suffix(f".{os.getpid()}.part")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
            handle.write(made)
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(part, place)  # refuses where the other maker was first
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return serialization.load_pem_private_key(place.read_bytes(), None)


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
    raw = ED25519 + key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    signature = base64.b64encode(key_id(name, raw) + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {signature}\n"


def read(note: str, verifiers=()) -> Note:
    """What a checkpoint says, once one of the `verifiers` has signed it. Raises Unreadable.

    Line ends of another system and lines around the note (a mail's greeting and foot) do no harm; one changed character does.
    """
    text, signed = _split(note)
    lines = text.split("\n")
    try:
        name, size, root, time = lines[0], lines[1], base64.b64decode(lines[2], validate=True), lines[3].removeprefix("time ")
        at = datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if len(root) != 32 or not re.fullmatch(r"0|[1-9][0-9]{0,17}", size):
            raise ValueError
    except (IndexError, ValueError, binascii.Error):
        raise Unreadable("This is no checkpoint: it needs a name, a size, a root and a time on four lines. Copy the whole of it.") from None
    for line in verifiers:
        key_name, _, rest = line.strip().partition("+")
        try:
            raw = base64.b64decode(rest.partition("+")[2], validate=True)
            key = Ed25519PublicKey.from_public_bytes(raw[1:])
        except (ValueError, binascii.Error):
            raise Unreadable(f"“{line.strip()[:80]}” is no key of a checkpoint. It looks like name+id+key.") from None
        for signer, signature in signed:
            found = _decoded(signature)
            if signer == key_name and found[:4] == key_id(key_name, raw):
                try:
                    key.verify(found[4:], text.encode())
                except InvalidSignature:
                    raise Unreadable("The signature does not fit: this checkpoint was changed after it was signed.") from None
                return Note(name, int(size), root, at, line.strip())
    raise Unreadable("Nobody whose key was given signed this checkpoint. Give the key that was mailed with it.")


def _decoded(signature) -> bytes:
    """Nothing for what is no base64: a line of the mail that only looks like a signature."""
    try:
        return base64.b64decode(signature)
    except binascii.Error:
        return b""


def _split(note):
    """(the signed text, [(name, signature)])"""
    lines = [line.rstrip() for line in note[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    signed = [(n, found) for n, line in enumerate(lines) if (found := SIGNATURE.fullmatch(line.strip()))]
    if not signed or signed[0][0] < 5:
        raise Unreadable("This is no checkpoint: no line of it begins with “—” and a signature. Copy the whole of it.")
    last = signed[0][0]
    return "\n".join(line.strip() for line in lines[last - 5:last - 1]) + "\n", [(found[1], found[2]) for _, found in signed]
