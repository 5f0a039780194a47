"""Photographs that people send, of a letter say: drawn anew, so that nothing stays of where, when and by whom they were taken."""

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from .limits import BadFile
from .pictures import MOST_PIXELS

ENDINGS = {"jpg", "jpeg", "png"}
LONGEST = 3000  # pixels of the longer side: a page of a letter stays readable


def redraw(content: bytes) -> bytes:
    """The same picture as a JPEG, the right way up. Raises BadFile for what is no JPEG or PNG, or too large to draw."""
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise BadFile(_("This picture is too large. Make it smaller, then choose it again."))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST, LONGEST))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=85)
    return out.getvalue()
