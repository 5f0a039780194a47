"""Reads what authors already have (Word files, question files) into raw blocks; it writes nothing and loses nothing
without naming it."""

from django.utils.translation import gettext as _

from lms.kit.files import BadFile

from .docx import read_docx
from .questions import read_questions
from .results import ImportResult

__all__ = ["BadFile", "ImportResult", "from_file", "read_docx", "read_questions"]

QUESTION_ENDINGS = {"xml", "gift", "txt", "aiken"}


def from_file(name: str, content: bytes) -> ImportResult:
    """What a file gives, whichever kind it is. Raises BadFile with a sentence for the person who chose it."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in {"docm", "dotm", "dotx"}:
        raise BadFile(
            _(
                "This is a Word template, or a Word file that can hold macros. Save it as .docx and choose that."
            )
        )
    if ending in {"doc", "rtf", "odt"}:
        raise BadFile(
            _(
                "We take Word files that end in .docx, and this one ends in .%(ending)s. Save it as .docx and choose that."
            )
            % {"ending": ending}
        )
    if ending == "docx":
        return read_docx(content)
    if ending in QUESTION_ENDINGS:
        return read_questions(name, content)
    raise BadFile(
        _(
            "We take Word files (.docx) and question files: Moodle XML (.xml), GIFT (.gift, .txt) and Aiken (.txt)."
        )
    )
