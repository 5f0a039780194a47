"""Word files: vetted, then walked in order into text and comparison blocks; what has no block is named."""

from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms.kit.clean import clean
from lms.kit.files import BadFile
from lms.kit.files import docx as word_files

from .flow import BLOCK_ROOM, Flow
from .markup import OWN_LETTER, shifted
from .results import BLOCK_MOST, ImportResult, block, shortened, with_time_limit
from .word_look import goes_on, is_plain_point, looks_of_paragraph
from .word_parts import Parts, W, is_on, tag_of, val, whole
from .word_runs import LOOK, Runs
from .word_text import Atom, as_html, as_words
from .wording import harmless

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_LETTERS = 2_000_000
WRAPPERS = {"ins", "moveTo", "customXml", "smartTag", "sdtContent"}
CONTENTS = gettext_noop("The table of contents was left out. The course makes its own.")
LINE_MARKS = " | "


def read_docx(content: bytes) -> ImportResult:
    """The blocks of a Word file and what could not be taken. Raises BadFile for a file that is broken, locked,
    tricky or without words."""
    if not content:
        raise BadFile(
            _("This file is empty. Open it on your own device to check it, then choose it again.")
        )
    if len(content) > settings.IMSA_UPLOAD_MAX_BYTES:
        most = settings.IMSA_UPLOAD_MAX_BYTES // (1024 * 1024)
        raise BadFile(
            _("This file is larger than %(most)s MB. Take its pictures out, then choose it again.")
            % {"most": most}
        )
    if content.startswith(OLE):
        raise BadFile(
            _(
                "This file is locked with a password, or is in Word’s old format. "
                "Save it as .docx without a password and choose that."
            )
        )
    with_time_limit(word_files.look, content)
    return with_time_limit(_read, content)


def _read(content):
    parts = Parts(content)
    letters = sum(len(t.text or "") for t in parts.document.iter(W + "t"))
    if letters > MOST_LETTERS:
        raise BadFile(
            _(
                "This Word file holds %(letters)s characters, and we take 2,000,000. Divide it and choose the parts."
            )
            % {"letters": f"{letters:,}"}
        )
    body = parts.document.find(W + "body")
    reader = Reader(parts)
    if body is not None:
        reader.walk(body)
    blocks = reader.blocks()
    for words in parts.margins():
        reader.losses.append(
            _("The head or foot of the pages was left out (it says “%(words)s”).")
            % {"words": shortened(words, 200)}
        )
    if not blocks:
        rest = f" {' '.join(reader.losses[:3])}" if reader.losses else ""
        raise BadFile(
            _("We found no words in this Word file that we can take, so nothing was.%(rest)s")
            % {"rest": rest}
        )
    return ImportResult(blocks, reader.losses)


class Reader:
    """Walks the body once, in order. `place` says where we are, for whatever has to be named."""

    def __init__(self, parts):
        self.parts, self.losses, self.said_once = parts, [], set()
        self.flow = Flow(self.name)
        self.runs = Runs(parts, self.name, self.once)
        self.place, self.paragraphs, self.tables = _("The beginning"), 0, 0
        self.counts = {}  # how far each list has counted, by its definition and level
        self.titles = set()
        self.carried = []  # what Word shows as the beginning of the next paragraph: a drop cap, say
        self.formed = False  # was anything bold or italic in the cells just read?

    def name(self, sentence):
        self.losses.append(f"{self.place}: {sentence}")

    def once(self, key, sentence):
        """Say something of the whole file, the first time that it is met."""
        if key not in self.said_once:
            self.said_once.add(key)
            self.losses.append(
                _("%(sentence)s The first is at %(place)s.")
                % {"sentence": sentence, "place": f"{self.place[0].lower()}{self.place[1:]}"}
            )

    def blocks(self):
        self._let_go()
        return [
            block(kind, clean(value) if kind == "text" else value)
            for kind, value in self.flow.finished()
        ]

    def walk(self, container, *, counting=True):
        for child in container:
            kind = tag_of(child)
            if kind == "tbl":
                self._let_go()
            if kind == "p":
                self.paragraph(child, counting)
            elif kind == "tbl":
                self.table(child)
            elif kind == "sdt" and _is_contents(child):
                self.once("contents", _(CONTENTS))
            elif kind == "sdt" or kind in WRAPPERS:
                self.walk(child, counting=counting)
            elif kind not in ("sectPr", "tcPr"):
                # What is not a paragraph is walked as words: the walk names what it cannot take.
                self.flow.paragraph(as_html(self.runs.read([child]), BLOCK_ROOM))

    # ---- paragraphs ----

    def _let_go(self):
        """What was carried has no paragraph to go to and stands alone."""
        carried, self.carried = self.carried, []
        self.flow.paragraph(as_html(carried, BLOCK_ROOM))

    def _atoms(self, paragraph, properties, style):
        """Of a paragraph as its author sees it, or None where Word shows it as the beginning of the next."""
        why = goes_on(properties)
        atoms = self.runs.read(paragraph, style, is_large=why == "drop cap")
        carried, self.carried = self.carried, []
        if why or carried and not any(atom.text.strip() for atom in atoms):
            self.carried = [*carried, *atoms]
            return None
        return [*carried, *atoms]

    def _mind_the_look(self, properties, style, *, is_item):
        for what in looks_of_paragraph(properties, is_item=is_item):
            self.once(f"look {what}", _(LOOK).format(what))
        frame = properties.find(W + "framePr") if properties is not None else None
        if frame is not None and frame.get(W + "dropCap") in (None, "none"):
            self.once(
                "frames",
                _("Words in frames beside the text were put where they stand in the file."),
            )
        if style and not self._heading(properties, style) and not self.parts.styles.is_quote(style):
            if any(self.parts.styles.switch(style, name) for name in ("b", "i")):
                self.once(
                    f"style {style}",
                    _(LOOK).format(
                        _("bold or italic letters of the style “%(name)s”")
                        % {"name": self.parts.styles.names(style)[0]}
                    ),
                )

    def paragraph(self, paragraph, counting):
        if counting:
            self.paragraphs += 1
            begins = shortened(
                OWN_LETTER.sub("", "".join(t.text or "" for t in paragraph.iter(W + "t"))), 40
            )
            self.place = _("Paragraph %(paragraphs)s") % {"paragraphs": self.paragraphs} + (
                f" (“{begins}”)" if begins else ""
            )
        properties = paragraph.find(W + "pPr")
        style = val(properties, "pStyle", "")
        styles = self.parts.styles
        if style and styles.is_contents(style):
            self.once("contents", _(CONTENTS))
            return
        heading = self._heading(properties, style)
        item = self.parts.lists.item(properties, style)
        atoms = self._atoms(paragraph, properties, style)
        if atoms is None:
            return
        if any(atom.text.strip() for atom in atoms):
            self._mind_the_look(properties, style, is_item=bool(item))
        pieces = as_html(atoms, BLOCK_ROOM, bold=not heading)
        notes = [as_html(note, BLOCK_ROOM) for note in self.runs.notes_met()]
        if pieces and heading:
            if item:
                self.once("numbers", _("The numbers that Word sets before headings were left out."))
            if heading > 3:
                self.once("deep", _("Headings of level 4 and below became headings of level 3."))
            self.flow.heading(2 if heading < 3 else 3, pieces, harmless(as_words(atoms)))
        elif pieces and item:
            self.item(pieces, notes, *item)
            return
        elif pieces:
            self.flow.paragraph(pieces, "blockquote" if style and styles.is_quote(style) else "p")
        for note in notes:
            self.flow.paragraph(note)

    def _heading(self, properties, style):
        level = self.parts.styles.heading(style) if style else 0
        outline = val(properties, "outlineLvl")
        return (
            whole(outline, 9) + 1
            if not level and outline is not None and whole(outline, 9) in range(9)
            else level
        )

    def item(self, pieces, notes, num, level, definition):
        how = val(definition, "numFmt") or ("bullet" if num == "style bullet" else "decimal")
        if how == "none":
            self.flow.paragraph(pieces)
        else:
            counted = how != "bullet"
            number = self._counted(num, level, definition) if counted else 1
            shape = val(definition, "lvlText", "%1.")
            if counted and (
                how != "decimal"
                or shape.strip("().").count("%") != 1
                or len(shape.strip("(). ")) != 2
            ):
                self.once(
                    "shapes",
                    _("Numbers such as a), iv or 1.1 before the items of lists became 1, 2, 3."),
                )
            if not counted and not is_plain_point(shape if definition is not None else ""):
                self.once(
                    "points", _("Signs before the items of lists, such as ticks, became points.")
                )
            self.flow.item(pieces, level, "ol" if counted else "ul", number)
        for note in notes:
            self.flow.note(note)

    def _counted(self, num, level, definition):
        """What Word shows before this item."""
        kind = self.parts.lists.kind_of(num)
        key = num if kind is None or self.parts.lists.starts_again(num) else id(kind)
        first = max(whole(val(definition, "start"), 1), 0)
        self.counts[key, level] = self.counts.get((key, level), first - 1) + 1
        for deeper in range(level + 1, 9):
            self.counts.pop((key, deeper), None)
        return self.counts[key, level]

    # ---- tables ----

    def table(self, table):
        self.tables += 1
        outer, self.place = self.place, _("Table %(tables)s") % {"tables": self.tables}
        for tag in ("tblCaption", "tblDescription"):
            if told := val(table.find(W + "tblPr"), tag):
                self.name(
                    _("what Word keeps to describe this table was left out (it says “%(told)s”).")
                    % {"told": shortened(told, 200)}
                )
        fills = (one.get(W + "fill") or "auto" for one in table.iterfind(f".//{W}tcPr/{W}shd"))
        if any(fill.lower() not in ("auto", "ffffff") for fill in fills):
            self.name(_("the colours of its cells were left out."))
        rows = [list(_cells(row)) for row in self._rows(table)]
        rows = [row for row in rows if row]
        if rows and (len(rows) == 1 or all(len(row) == 1 for row in rows)):
            self.name(_("a table of one row or one column became text."))
            for row in rows:
                for cell in row:
                    self.walk(cell, counting=False)
        elif rows:
            self._comparison(table, rows)
        self.place = outer

    def _rows(self, table):
        for row in _through(table, "tr"):
            properties = row.find(W + "trPr")
            if properties is not None and properties.find(W + "del") is not None:
                self.once(
                    "deleted rows", _("Rows of tables that tracked changes delete were left out.")
                )
            elif is_on(properties, "hidden"):
                self.once("hidden rows", _("Rows of tables that Word hides were left out."))
            else:
                yield row

    def _comparison(self, table, rows):
        nested = next(iter(table.iterfind(f".//{W}tc//{W}tbl")), None) is not None
        merged = any(len(row) != len(rows[0]) for row in rows) or any(
            _is_merged(cell) for row in rows for cell in row
        )
        words, formed = [], False
        for number, row in enumerate(rows, 1):
            self.place = _("Table %(tables)s, row %(number)s") % {
                "tables": self.tables,
                "number": number,
            }
            self.formed = False
            words.append([self.cell(cell) for cell in row])
            formed = formed or self.formed and number > 1
        begins = next((cell for row in words for cell in row if cell), "")
        self.place = _("Table %(tables)s") % {"tables": self.tables} + (
            f" (“{shortened(begins, 40)}”)" if begins else ""
        )
        if not begins:
            return
        too_long = any(len(cell) > BLOCK_MOST // 2 for row in words for cell in row)
        too_wide = sum(len(cell) for cell in words[0]) > BLOCK_MOST // 2
        if formed:
            self.name(_("bold and italic letters in this table became plain words."))
        if nested or merged or too_long or too_wide:
            why = (
                _("has another table inside it")
                if nested
                else _("has merged or missing cells")
                if merged
                else _("has very long cells")
            )
            self.name(
                _(
                    "this table %(why)s, so it became text: a line for each row, with | between its cells."
                )
                % {"why": why}
            )
            for row in words:
                self._line(row)
            return
        for number, some in enumerate(_in_parts(words[1:], sum(map(len, words[0])))):
            if number == 1:
                self.name(_("this table is long and became several comparisons."))
            columns = [
                {"type": "text", "heading": heading.replace("\n", " ")} for heading in words[0]
            ]
            table_value = {
                "columns": columns,
                "rows": [{"values": row} for row in some],
                "caption": "",
            }
            self.flow.other("comparison", {"title": self._title(), "table": table_value})

    def _line(self, row):
        line = LINE_MARKS.join(cell.replace("\n", " / ") for cell in row if cell)
        self.flow.paragraph(as_html([Atom(line)], BLOCK_ROOM))

    def _title(self):
        """The heading above a table names it once; after that tables are numbered."""
        title = shortened(self.flow.last_heading, 200) or _("Table %(tables)s") % {
            "tables": self.tables
        }
        if title in self.titles:
            title, plain, number = f"{title} ({self.tables})", title, 2
            while title in self.titles:
                title, number = (
                    _("%(plain)s (%(tables)s, part %(number)s)")
                    % {"plain": plain, "tables": self.tables, "number": number},
                    number + 1,
                )
        self.titles.add(title)
        return title

    def cell(self, cell) -> str:
        """The words of a cell: a line for each paragraph, notes and tables inside it among them."""
        lines = []
        for inner in cell:
            lines += self._cell_lines(inner)
        lines.append(as_words(self._on_the_line(self.carried)))
        self.carried = []
        return harmless("\n".join(line for line in lines if line))

    def _cell_lines(self, element):
        kind = tag_of(element)
        if kind == "p":
            properties = element.find(W + "pPr")
            style = val(properties, "pStyle", "")
            atoms = self._atoms(element, properties, style)
            if atoms is None:
                return []
            words = as_words(self._on_the_line(atoms))
            if words and (item := self.parts.lists.item(properties, val(properties, "pStyle", ""))):
                counted = (val(item[2], "numFmt") or "bullet") not in ("bullet", "none")
                words = f"{self._counted(*item)}. {words}" if counted else f"• {words}"
            return [words, *(as_words(self._on_the_line(note)) for note in self.runs.notes_met())]
        if kind == "tbl":
            rows = (
                [self.cell(cell).replace("\n", " / ") for cell in _cells(row)]
                for row in self._rows(element)
            )
            return [LINE_MARKS.join(cell for cell in row if cell) for row in rows]
        if kind == "sdt" or kind in WRAPPERS:
            return [line for inner in element for line in self._cell_lines(inner)]
        return [] if kind == "tcPr" else [as_words(self._on_the_line(self.runs.read([element])))]

    def _on_the_line(self, atoms):
        """A cell holds letters without a form: raised ones stay where there are such letters, and are named where there are none."""
        for atom in atoms:
            self.formed = self.formed or bool(atom.text.strip()) and (atom.bold or atom.italic)
            letters = shifted(atom.text, atom.raised) if atom.raised else atom.text
            if letters is None:
                self.name(
                    _(
                        "the raised or lowered letters “%(atom)s” in this table stand on the line now."
                    )
                    % {"atom": shortened(atom.text)}
                )
            yield replace(atom, text=atom.text if letters is None else letters)


def _through(element, kind):
    """Children of a kind, also where a content control or a tracked insertion stands around them."""
    for child in element:
        if child.tag == W + kind:
            yield child
        elif tag_of(child) == "sdt" or tag_of(child) in WRAPPERS:
            yield from _through(child, kind)


def _cells(row):
    return _through(row, "tc")


def _is_merged(cell):
    properties = cell.find(W + "tcPr")
    if properties is None:
        return False
    return (
        whole(val(properties, "gridSpan"), 1) > 1
        or properties.find(W + "vMerge") is not None
        or properties.find(W + "hMerge") is not None
    )


def _is_contents(control):
    return (
        "contents" in (val(control, "sdtPr/docPartObj/docPartGallery") or "").lower()
        if control is not None
        else False
    )


def _in_parts(rows, heading_size):
    """Rows in groups that one block can hold."""
    group, size = [], heading_size
    for row in rows:
        length = sum(map(len, row))
        if group and size + length > BLOCK_MOST:
            yield group
            group, size = [], heading_size
        group.append(row)
        size += length
    if group:
        yield group
