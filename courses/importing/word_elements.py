"""The names of Word's elements inside a paragraph, and the fields and links that are words."""

import re

PLAIN_WRAPPERS = {
    "ins",
    "moveTo",
    "smartTag",
    "customXml",
    "sdtContent",
    "dir",
    "bdo",
    "ruby",
    "rubyBase",
}
GONE = {"del", "moveFrom"}
NOTHING = {
    "pPr",
    "rPr",
    "sdtPr",
    "sdtEndPr",
    "bookmarkStart",
    "bookmarkEnd",
    "proofErr",
    "commentRangeStart",
    "commentRangeEnd",
    "permStart",
    "permEnd",
    "lastRenderedPageBreak",
    "softHyphen",
    "annotationRef",
    "footnoteRef",
    "endnoteRef",
    "separator",
    "continuationSeparator",
    "instrText",
    "delInstrText",
    "smartTagPr",
    "customXmlPr",
    "rubyPr",
    "moveFromRangeStart",
    "moveFromRangeEnd",
    "moveToRangeStart",
    "moveToRangeEnd",
    "pgNum",
}


# Fields that show nothing by design, or whose result stands elsewhere.
QUIET_FIELDS = re.compile(
    r"^\s*(XE|TC|TA|RD|SET|PRINT|PRIVATE|HYPERLINK|FORMTEXT|ADVANCE|TOC|INDEX|PAGE|NUMPAGES|COMMENTS)\b",
    re.I,
)
LETTERS = {"tab": " ", "ptab": " ", "cr": "\n", "noBreakHyphen": "\u2011"}
FOLLOWABLE = re.compile(r"^(https?://|mailto:)[^\s<>\"]+$", re.I)
LINK_FIELD = re.compile(r"""^\s*HYPERLINK\s+(?:\\[a-z]\s+)*(?:"([^"]*)"|([^\s"\\]\S*))""", re.I)
LONGEST_LINK = 1000
