"""A private file, given to keep and never to run."""

from django.http import FileResponse, Http404

from lms.kit import files


def download(path, name, in_page=False):
    """A private file to keep, never to run: an attachment whose type nobody guesses, or a PDF shown in our own page."""
    kind = path.rpartition(".")[2]
    try:
        answer = FileResponse(
            files.open_kept(path),
            as_attachment=not in_page,
            filename=name,
            content_type=files.MEDIA_TYPES[kind],
        )
    except FileNotFoundError:
        raise Http404("This file is not here.") from None
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
