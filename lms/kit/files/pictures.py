"""Takes out of pictures what cameras and programs write beside them: place, owner, comments, paths. It keeps a list of
what a picture needs to look right; a kind that it does not know is refused in a Word file."""

import io

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .limits import BadFile

JPEG, PNG, GIF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8"
TIFF = (b"II*\0", b"MM\0*")
JP2 = b"\0\0\0\x0cjP  \r\n\x87\n"
EMF_SIGN = b" EMF"
WMF = (b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0", b"\x02\0\x09\0")
KEPT_CHUNKS = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"sBIT",
    b"bKGD",
    b"pHYs",
}
KEPT_OF_WEBP = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
KEPT_OF_JP2 = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}
MOST_PIXELS = 100_000_000
UNKNOWN = gettext_noop(
    "This file holds a picture of a kind whose hidden details we cannot take out. Save the picture as PNG or JPEG, then choose the file again."
)


def without_marks(content: bytes) -> bytes:
    """The same picture; what is not a whole picture of a known kind is returned as it is."""
    for begins, clean in ((JPEG, _jpeg), (PNG, _png), (GIF, _gif), (TIFF, _tiff), (JP2, _jp2)):
        if content.startswith(begins):
            return clean(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp(content)
    return _emf(content) if content[40:44] == EMF_SIGN else content


def clean_picture(content: bytes) -> bytes:
    """`without_marks` of a picture; raises BadFile for another kind."""
    is_known = content.startswith((JPEG, PNG, GIF, *TIFF, *WMF)) or content[40:44] == EMF_SIGN
    is_known = (
        is_known or content[:2] == b"BM" or content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )
    if not is_known:
        raise BadFile(_(UNKNOWN))
    return without_marks(content)


def _jpeg(content):
    """Up to its end: what follows there is another picture, with marks of its own."""
    pieces, place = [content[:2]], 2
    while place + 2 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF:  # fill
            place += 1
            continue
        if marker == 0xD9:
            return b"".join(pieces) + b"\xff\xd9"
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        end = place + 2 + length
        if length < 2 or end > len(content):
            break
        if _is_needed(marker, content[place + 4 : end]):
            pieces.append(content[place:end])
        place = end
        if marker == 0xDA:
            stop = _end_of_scan(content, place)
            pieces.append(content[place:stop])
            place = stop
    return b"".join(pieces) if place >= len(content) else content


def _is_needed(marker, body):
    """JFIF without its small picture, the colour profile, Adobe's colour transform; every segment that draws."""
    if marker == 0xE0:
        return body.startswith(b"JFIF\0") and len(body) == 14
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return body.startswith(b"Adobe")
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _end_of_scan(content, place):
    """The next marker that is neither a stuffed byte nor a restart."""
    while (place := content.find(b"\xff", place)) >= 0 and place + 1 < len(content):
        if content[place + 1] == 0 or 0xD0 <= content[place + 1] <= 0xD7:
            place += 2
        else:
            return place
    return len(content)


def _png(content):
    pieces, place = [PNG], len(PNG)
    while place + 12 <= len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4], "big")
        name = content[place + 4 : place + 8]
        if end > len(content):
            break
        if name in KEPT_CHUNKS:
            pieces.append(content[place:end])
        if name == b"IEND":
            return b"".join(pieces)
        place = end
    return content


def _gif(content):
    """Without comments and programs' notes, and nothing after the end."""
    place = 13 + (3 << ((content[10] & 7) + 1) if len(content) > 13 and content[10] & 0x80 else 0)
    pieces = [content[:place]]
    while place + 1 < len(content):
        begins = place
        if content[place] == 0x3B:
            break
        if content[place] == 0x21:
            place = _end_of_blocks(content, place + 2)
            if content[begins + 1] == 0xF9 or content[begins + 3 : begins + 14] == b"NETSCAPE2.0":
                pieces.append(content[begins:place])
        elif content[place] == 0x2C and place + 10 < len(content):
            table = 3 << ((content[place + 9] & 7) + 1) if content[place + 9] & 0x80 else 0
            place = _end_of_blocks(content, place + 10 + table + 1)
            pieces.append(content[begins:place])
        else:
            return content
    return b"".join(pieces) + b"\x3b"


def _end_of_blocks(content, place):
    while place < len(content) and content[place]:
        place += content[place] + 1
    return place + 1


def _webp(content):
    pieces, place = [], 12
    while place + 8 <= len(content):
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        end = place + 8 + size + (size & 1)
        chunk = bytearray(content[place:end])
        if chunk[:4] == b"VP8X" and len(chunk) > 8:
            chunk[8] &= ~0x0C  # it no longer holds EXIF or XMP
        if bytes(chunk[:4]) in KEPT_OF_WEBP:
            pieces.append(bytes(chunk))
        place = end
    body = b"WEBP" + b"".join(pieces)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _jp2(content):
    pieces, place = [], 0
    while place + 8 <= len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        if size == 1 and place + 16 <= len(content):
            size = int.from_bytes(content[place + 8 : place + 16], "big")
        end = len(content) if size == 0 else place + size
        if end <= place or end > len(content):
            return content
        if content[place + 4 : place + 8] in KEPT_OF_JP2:
            pieces.append(content[place:end])
        place = end
    return b"".join(pieces)


def _tiff(content):
    """Drawn anew: its marks stand among what it needs, at places that it chooses itself."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=["TIFF"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadFile(_(UNKNOWN))
            picture.load()
            bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
            if picture.mode == "P":
                bare.putpalette(picture.getpalette())
            out = io.BytesIO()
            bare.save(out, "TIFF", compression="tiff_lzw")
            return out.getvalue()
    except BadFile:
        raise
    except Exception:
        raise BadFile(_(UNKNOWN)) from None


def _emf(content):
    """The header says which program drew it, and of what document."""
    letters, at = int.from_bytes(content[60:64], "little"), int.from_bytes(content[64:68], "little")
    end = at + 2 * letters
    if not letters or at < 80 or end > len(content):
        return content
    return content[:at] + bytes(end - at) + content[end:]
