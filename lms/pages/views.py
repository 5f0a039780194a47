"""Serves the front page, and the pictures of pages and units: the sizes drawn from an upload, never the upload itself."""

import re
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe
from wagtail.views import serve
from wagtail.wagtail_hooks import check_view_restrictions

from .models import HomePage


def home(request):
    """The front page, found in one statement; without one, whatever Wagtail makes of the address."""
    page = HomePage.objects.live().filter(sites_rooted_here__is_default_site=True).first()
    if page is None:
        return serve(request, "")
    return check_view_restrictions(lambda page, request, args, kwargs: page.serve(request))(
        page, request, [], {}
    )


KINDS = {
    "webp": "image/webp",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
}
NAME = re.compile(r"[\w.-]+\.(webp|png|jpe?g|gif)", re.ASCII)


@require_safe
def picture(request, name):
    """A drawn size of a picture; its name changes with its content, so a browser may keep it."""
    found = NAME.fullmatch(name)
    place = Path(settings.MEDIA_ROOT, "images", name)
    if not found or not place.is_file():
        raise Http404("There is no such picture.")
    response = FileResponse(place.open("rb"), content_type=KINDS[found[1]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
