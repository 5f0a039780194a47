"""Which address of a link may stand in the markers' copy: one of the open web; a folder, a mailbox or a personal drive
names somebody."""

import re
from urllib.parse import unquote, urlsplit

# Where people keep their own files; the path or the host says whose they are.
DRIVES = re.compile(
    r"(^|\.)([\w-]+-my\.sharepoint\.com|sharepoint\.com|onedrive\.(live\.)?com|1drv\.ms|drive\.google\.com|docs\.google\.com"
    r"|dropbox\.com|icloud\.com|box\.com|linkedin\.com|facebook\.com|orcid\.org)$",
    re.I,
)
PERSONAL = re.compile(
    r"/(personal|users?|home|~[^/]*|people|profiles?|in|documents and settings)(/|$)|/~|[a-z]:[\\/]",
    re.I,
)


def is_harmless(address: str) -> bool:
    """A page of the open web, with no name of a user in its host, path or query."""
    address = address.strip()
    if not address.lower().startswith(("http://", "https://")):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    rest = unquote(f"{parts.path}?{parts.query}#{parts.fragment}")
    return (
        bool(host)
        and "@" not in unquote(parts.netloc) + rest
        and not DRIVES.search(host)
        and not PERSONAL.search(rest)
    )
