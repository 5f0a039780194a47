"""What the copy without properties would leave behind of somebody's own words; a file with feedback is refused rather than shortened in silence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pypdf.generic import ArrayObject, DictionaryObject

from . import docx, pdfs
from .limits import BadFile

KEPT_NOTES = {
    "/Link",
    "/Popup",
    "/Widget",
}  # a form is refused before; a pop-up belongs to its note
TRACKED = frozenset({"ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge"})
WITH_WORDS = frozenset({"footnotes", "endnotes", "header", "footer"})  # by their relationship


def insist_nothing_is_lost(kind: str, content: bytes):
    """Raises BadFile for a PDF with comments (notes, highlights, drawings) and for a Word file with tracked changes, with what to do. Word's own comments stay in the
    copy. Belongs inside `limits.reading`."""
    if kind == "pdf":
        count = _notes(content)
        if count:
            raise BadFile(
                ngettext(
                    "This PDF has %(count)s comment or drawing that the trainee would not see. Print it to a new PDF with its comments, and choose that.",
                    "This PDF has %(count)s comments or drawings that the trainee would not see. Print it to a new PDF with its comments, and choose that.",
                    count,
                )
                % {"count": count}
            )
    elif _is_tracked(content):
        raise BadFile(
            _(
                "This Word file has tracked changes, and the trainee would see them as accepted. Save it as a PDF that shows them, or use comments, and choose that."
            )
        )


def _notes(content) -> int:
    count = 0
    for page in pdfs.opened(content).pages:
        notes = page["/Annots"].get_object() if "/Annots" in page else None
        for found in notes if isinstance(notes, ArrayObject) else ():
            note = found.get_object()
            count += isinstance(note, DictionaryObject) and note.get("/Subtype") not in KEPT_NOTES
    return count


def _is_tracked(content) -> bool:
    parts = docx.parts_of(content)
    main = docx.main_part(parts)
    beside = (
        docx.named(parts, docx.resolved(main, target))
        for kind, target, is_outside in docx.relationships(parts, main)
        if kind in WITH_WORDS and not is_outside
    )
    return any(
        isinstance(one.tag, str) and one.tag.rpartition("}")[2] in TRACKED
        for name in {main, *filter(None, beside)}
        for one in docx.tree(parts[name]).iter()
    )
