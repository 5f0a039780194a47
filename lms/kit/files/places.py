"""Where private files lie: below PRIVATE_ROOT and nowhere else, in folders that outlast a power cut."""

import os
from pathlib import Path

from django.conf import settings


def inside(path: str) -> Path:
    """The place of a private path. Raises FileNotFoundError for one that leaves PRIVATE_ROOT."""
    root = Path(settings.PRIVATE_ROOT).resolve()
    place = (root / path).resolve()
    if not place.is_relative_to(root):
        raise FileNotFoundError(path)
    return place


def make_folder(place: Path) -> list[Path]:
    """Make the folder of a file; the folders that `sync` has to be called for once the file is in it."""
    made = [folder for folder in [place.parent, *place.parent.parents] if not folder.exists()]
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [place.parent, *(new.parent for new in made)]


def sync(folder: Path):
    """Make a new name in a folder last through a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
