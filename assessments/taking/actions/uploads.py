"""Looks into a file that somebody chose and puts it, with the markers' copy, on the disk; it refuses what nobody could mark."""

from functools import partial

from django.db import transaction

from lms.kit import files

LONGEST_NAME = 190


def look_into(upload) -> tuple[str, bytes]:
    """The kind of a file and what is in it. Raises BadFile."""
    kind = files.look_into(upload, files.WORK)
    return kind, upload.read()


def keep_with_copy(name, kind, original) -> dict:
    """The file and the markers' copy are on the disk; what a row says of them (`FileFields.FILE`). Raises BadFile, with nothing kept."""
    copy = files.without_properties(kind, original)
    return {
        "original": files.keep(original, "submissions", kind),
        "original_name": file_name(name, kind),
        "sha256": files.sha256(original),
        "size": len(original),
        "copy": files.keep(copy, "scripts", files.copy_kind(kind)),
        "copy_sha256": files.sha256(copy),
    }


def delete_after_commit(row):
    """The files a draft or an upload names now go when no row names them any more, and not before."""
    for path in filter(None, (row.original, row.copy)):
        transaction.on_commit(partial(files.drop, path), robust=True)


def file_name(name, kind, otherwise="work"):
    """Its owner's own name for the file, short enough to keep; `otherwise` where it has none."""
    stem = "".join(
        c for c in (name or "").replace("\\", "/").rpartition("/")[2] if c.isprintable()
    ).rpartition(".")[0]
    return f"{stem[:LONGEST_NAME] or otherwise}.{kind}"
