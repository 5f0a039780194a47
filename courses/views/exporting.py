"""A module to take away, as an EPUB or on paper."""

import logging

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from lms.kit.pdf import NotDrawn
from lms.kit.refusals import Refused

from ..exporting import books
from ..exporting.epub import epub
from ..exporting.printed import printed

KINDS = {"epub": ("application/epub+zip", epub), "pdf": ("application/pdf", printed)}
NOT_DRAWN = gettext_noop(
    "This module cannot be drawn as a PDF just now. Take the EPUB, which holds the same words, and tell a course author."
)


@login_required
@require_safe
def module_file(request, code, ending):
    """The newest texts of a module that the reader may read, as one file to keep."""
    kind, draw = KINDS[ending]
    asked = books.book_request(request.user, code, request.GET.get("nation", ""))
    try:
        place = books.book_file(asked, ending, draw)
    except NotDrawn:
        logging.getLogger("django").exception("A module was not drawn: %s", asked.name)
        raise Refused(_(NOT_DRAWN)) from None
    answer = FileResponse(
        place.open("rb"), as_attachment=True, filename=f"{asked.name}.{ending}", content_type=kind
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
