"""Takes out of photographs what cameras and programs write beside the picture: place, owner, comments."""

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
# What a picture needs to look right: JFIF, colour profile, Adobe's colour transform.
KEPT_SEGMENTS = {0xE0, 0xE2, 0xEE}
DROPPED_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}


def without_marks(content: bytes) -> bytes:
    """The same picture; anything that is not a whole JPEG or PNG is returned as it is."""
    if content.startswith(JPEG):
        return _jpeg(content)
    if content.startswith(PNG):
        return _png(content)
    return content


def _jpeg(content):
    kept, place = [content[:2]], 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if marker == 0xDA:  # the picture itself, to the end
            return b"".join(kept) + content[place:]
        if length < 2 or place + 2 + length > len(content):
            break
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in KEPT_SEGMENTS:
            kept.append(content[place : place + 2 + length])
        place += 2 + length
    return content


def _png(content):
    kept, place = [PNG], len(PNG)
    while place + 12 <= len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4], "big")
        name = content[place + 4 : place + 8]
        if end > len(content):
            break
        if name not in DROPPED_CHUNKS:
            kept.append(content[place:end])
        if name == b"IEND":
            return b"".join(kept)
        place = end
    return content
