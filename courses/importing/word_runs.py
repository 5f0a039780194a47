"""Words inside a Word paragraph: their emphasis and links, and the name of everything among them that is not words."""

import re
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .markup import OWN_LETTER
from .markup_look import is_symbol_font
from .results import shortened
from .word_elements import (
    FOLLOWABLE,
    GONE,
    LETTERS,
    LINK_FIELD,
    LONGEST_LINK,
    NOTHING,
    PLAIN_WRAPPERS,
    QUIET_FIELDS,
)
from .word_look import chosen, controlled_box, form_box, looks_of, raised, switch, symbol_font
from .word_parts import R, W, tag_of, val
from .word_text import Atom, without_leading_space

LOOK = gettext_noop("The look of words was left out, and the words were kept: {}.")
GAP = "\0"  # where struck or unreadable letters stood


class Runs:
    """Walks words. `name(sentence)` is told of what is left; a field may begin in one paragraph and end in another."""

    def __init__(self, parts, name, once):
        self.parts, self.name, self.once = parts, name, once
        self.links, self.fields = parts.links, []
        self.style, self.is_large = (
            "",
            False,
        )  # of the paragraph; a drop cap is large and low, which means nothing
        self.struck, self.signs = [], {}  # letters left out of the paragraph that is read
        self.noted = []  # (number, element, links) of the notes met and not yet placed
        self.count = 0

    def read(self, element, style="", *, is_large=False) -> list[Atom]:
        """The atoms of a paragraph, and a word about letters that were left out of it."""
        self.style, self.is_large = style, is_large
        atoms = list(self._without_gaps(self.atoms(element)))
        self.style, self.is_large = "", False
        if struck := shortened("".join(self.struck), 300):
            self.name(
                _("struck-out words were left out (they say “%(struck)s”).") % {"struck": struck}
            )
        for font, letters in self.signs.items():
            said = OWN_LETTER.sub(
                lambda hit: f"U+{ord(hit[0]):04X} ", shortened("".join(letters), 40)
            ).strip()
            self.name(
                _("signs of the font “%(font)s” were left out (in other fonts “%(words)s”).")
                % {"font": shortened(font) or "unknown", "words": said}
            )
        self.struck, self.signs = [], {}
        return atoms

    def _without_gaps(self, atoms):
        """Where letters were left out between two spaces, one space stays."""
        before, gap = "", False
        for atom in atoms:
            if atom.text == GAP:
                gap = True
                continue
            if gap and before.endswith(" ") and atom.text.startswith(" "):
                atom = replace(atom, text=atom.text[1:])
            before, gap = atom.text or before, gap and not atom.text
            yield atom

    def atoms(self, element, look=None) -> Iterator[Atom]:
        look = look or Atom("")
        for child in element:
            kind = tag_of(child)
            if kind in NOTHING:
                continue
            if kind == "r":
                yield from self._run(child, look)
            elif kind in PLAIN_WRAPPERS:
                yield from self.atoms(child, look)
            elif kind == "sdt":
                sign = controlled_box(child)
                yield from [replace(look, text=sign)] if sign else self.atoms(child, look)
            elif kind == "hyperlink":
                yield from self.atoms(child, replace(look, href=self._address(child) or look.href))
            elif kind == "fldSimple":
                inside = list(
                    self.atoms(
                        child,
                        replace(look, href=self._of_field(child.get(W + "instr", "")) or look.href),
                    )
                )
                self._mind_field(
                    child.get(W + "instr", ""), any(atom.text.strip() for atom in inside)
                )
                yield from inside
            elif kind in GONE:
                self._note_deletions(child)
            elif kind == "rt":
                yield Atom(" (")
                yield from self.atoms(child, look)
                yield Atom(")")
            else:
                yield from self._other(child, look)

    def _run(self, run, look):
        properties = run.find(W + "rPr")
        style = val(properties, "rStyle")
        styles = self.parts.styles
        if switch(properties, style, self.style, styles, "vanish"):
            if any((t.text or "").strip() for t in run.iter(W + "t")):
                self.once("hidden", _("Text that Word hides was left out."))
            self._only_fields(run)
            return
        words = "".join(t.text or "" for t in run.iter(W + "t"))
        if any(
            switch(properties, style, self.style, styles, name) for name in ("strike", "dstrike")
        ):
            self.struck += [words] if words.strip() or self.struck else []
            self._only_fields(run)
            yield Atom(GAP if words.strip() else words)
            return
        if words.strip() and not self.is_large:
            for what in looks_of(properties, style, styles):
                self.once(f"look {what}", _(LOOK).format(what))
            if (val(properties, "position") or "0") != "0":
                self.once("look position", _(LOOK).format(_("letters above or below the line")))
        look = replace(
            look,
            bold=look.bold or switch(properties, style, "", styles, "b"),
            italic=look.italic or switch(properties, style, "", styles, "i"),
            raised=raised(properties, style, styles),
        )
        yield from self._inside(run, look, symbol_font(properties, style, self.style, styles))

    def _only_fields(self, run):
        """Of letters that are left out a field may still begin or end there."""
        for child in run:
            if tag_of(child) == "fldChar":
                self._field(child.get(W + "fldCharType"))
            elif tag_of(child) == "instrText" and self.fields:
                self.fields[-1][0] += child.text or ""

    def _inside(self, run, look, font):
        for child in run:
            kind = tag_of(child)
            href = look.href or next(
                (link for _unused, begun, link, _unused in reversed(self.fields) if begun and link),
                "",
            )
            if kind in ("t", "noBreakHyphen", "sym", "symEx"):
                for field in self.fields:
                    field[3] = field[3] or field[1]
            if kind == "t":
                yield from self._letters(replace(look, text=child.text or "", href=href), font)
            elif kind in LETTERS:
                yield replace(look, text=LETTERS[kind], href=href)
            elif kind == "br":
                yield replace(
                    look,
                    text=" " if child.get(W + "type") in ("page", "column") else "\n",
                    href=href,
                )
            elif kind in ("sym", "symEx"):
                yield from self._symbol(child, look)
            elif kind == "AlternateContent":
                first = next(iter(child), None)
                if first is not None:
                    yield from self._inside(first, look, font)
            elif kind == "fldChar":
                self._field(child.get(W + "fldCharType"))
                yield from self._form(child.find(W + "ffData"), replace(look, href=href))
            elif kind == "instrText" and self.fields:
                self.fields[-1][0] += child.text or ""
            elif kind == "delText":
                self._note_deletions(child)
            elif kind in NOTHING:
                continue
            elif kind in ("footnoteReference", "endnoteReference"):
                yield from self._note(kind.removesuffix("Reference"), child.get(W + "id"))
            else:
                yield from self._other(child, look)

    def _letters(self, atom, font):
        """Letters, unless their font shows signs in their place: nobody else would see what the author saw."""
        if font and atom.text.strip():
            self.signs.setdefault(font, []).append(atom.text)
            yield Atom(GAP)
        elif OWN_LETTER.search(atom.text):
            self.signs.setdefault("", []).extend(OWN_LETTER.findall(atom.text))
            yield replace(atom, text=OWN_LETTER.sub("", atom.text))
        else:
            yield atom

    def _note_deletions(self, element):
        if any((t.text or "").strip() for t in element.iter(W + "delText", W + "t")):
            self.once(
                "deleted",
                _(
                    "Words that tracked changes delete were left out, and words that they insert were kept."
                ),
            )

    # ---- links and fields ----

    def _address(self, link):
        target = self.links.get(link.get(R + "id", ""), ("", "", False))[1]
        anchor = link.get(W + "anchor", "")
        if not target:
            if anchor:
                self.once("inside", _("Links to places inside the Word file became plain words."))
            return ""
        return self._followable(f"{target}#{anchor}" if anchor and "#" not in target else target)

    def _followable(self, address):
        address = address.strip().replace(" ", "%20")
        if FOLLOWABLE.match(address) and len(address) <= LONGEST_LINK:
            return address
        self.name(
            _("a link to “%(address)s” became plain words, because readers cannot follow it.")
            % {"address": shortened(address)}
        )
        return ""

    def _of_field(self, instruction):
        found = LINK_FIELD.match(instruction)
        if not found:
            return ""
        address = found[1] or found[2] or ""
        return (
            self._followable(address) if address and r"\l" not in instruction[: found.end()] else ""
        )

    def _field(self, kind):
        """A field is [instruction, has what it shows begun, link, did it show anything]."""
        if kind == "begin":
            self.fields.append(["", False, "", False])
        elif kind == "separate" and self.fields:
            self.fields[-1][1:3] = [True, self._of_field(self.fields[-1][0])]
        elif kind == "end" and self.fields:
            instruction, _unused, _unused, has_shown = self.fields.pop()
            self._mind_field(instruction, has_shown)

    def _mind_field(self, instruction, has_shown):
        """A field that shows nothing in the file may show something in Word: a fraction, a sign, a form."""
        if instruction.strip() and not has_shown and not QUIET_FIELDS.match(instruction):
            self.name(
                _("a field was left out (Word calls it “%(instruction)s”).")
                % {"instruction": shortened(instruction)}
            )

    def _form(self, data, look):
        """A form field's box is ☒ or ☐; of a drop-down list its choice is kept and the rest is named."""
        if data is None:
            return
        sign, choice = form_box(data), chosen(data)
        if (sign or choice) and self.fields:
            self.fields[-1][3] = True
        if sign:
            yield replace(look, text=sign)
        elif choice:
            yield replace(look, text=choice[0])
            rest = (
                _(" The others were %(choices)s.")
                % {"choices": ", ".join(f"“{shortened(one)}”" for one in choice[1])}
                if choice[1]
                else ""
            )
            self.name(
                _("a drop-down list became its choice, “%(choice)s”.%(rest)s")
                % {"choice": shortened(choice[0]), "rest": rest}
            )

    # ---- notes ----

    def _note(self, kind, note_id):
        notes, links = self.parts.notes[kind]
        if note_id in notes:
            self.count += 1
            self.noted.append((self.count, notes[note_id], links))
            yield Atom(f"[{self.count}]")
        else:
            self.name(
                _("a %(kind)s whose text is missing in the file was left out.") % {"kind": kind}
            )

    def notes_met(self) -> Iterator[list[Atom]]:
        """The notes met since last asked, each as atoms in brackets."""
        while self.noted:
            number, element, links = self.noted.pop(0)
            mine, self.links = self.links, links
            atoms = [Atom("[" + _("Note %(number)s:") % {"number": number} + " ")]
            for place, paragraph in enumerate(element.iter(W + "p")):
                inside = self.read(paragraph, val(paragraph.find(W + "pPr"), "pStyle", ""))
                atoms += [Atom(" "), *inside] if place else without_leading_space(inside)
            self.links = mine
            yield [*atoms, Atom("]")]

    # ---- what is not words ----

    def _symbol(self, symbol, look):
        code, font = (
            next(
                (value for key, value in symbol.attrib.items() if key.rpartition("}")[2] == name),
                "",
            )
            for name in ("char", "font")
        )
        point = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else 0
        if (
            point > 0x20
            and not is_symbol_font(font)
            and not 0xE000 <= point <= 0xF8FF
            and not 0xD800 <= point <= 0xDFFF
        ):
            yield replace(look, text=chr(point))
        else:
            self.name(
                _("a symbol of the font “%(font)s” was left out.")
                % {"font": shortened(font) or "unknown"}
            )

    def _other(self, element, look):
        kind = tag_of(element)
        if kind == "AlternateContent":
            first = next(iter(element), None)
            if first is not None:
                yield from (
                    self.atoms(first, look)
                    if first.find(f"{W}r") is not None
                    else self._others(first, look)
                )
        elif kind in ("drawing", "pict", "object", "contentPart"):
            self._thing(element, kind)
        elif kind in ("oMath", "oMathPara"):
            said = "".join(t.text or "" for t in element.iter() if tag_of(t) == "t")
            self.name(
                _("an equation was left out%(saying)s. Write it in words.")
                % {"saying": _saying(said)}
            )
        elif kind == "commentReference":
            self.name(_("a comment was left out."))
        elif kind in ("altChunk", "subDoc"):
            self.name(_("another document inside it was left out. Import that document by itself."))
        elif element.tag.startswith(W) and next(element.iter(W + "t"), None) is not None:
            yield from self.atoms(element, look)
        elif kind not in (
            "dayLong",
            "dayShort",
            "monthLong",
            "monthShort",
            "yearLong",
            "yearShort",
            "ctrlPr",
        ):
            self.name(
                _("something Word calls “%(kind)s” was left out.") % {"kind": shortened(kind)}
            )

    def _others(self, element, look):
        for child in element:
            yield from self._other(child, look)

    def _thing(self, element, kind):
        """Name a drawing by what is in it; a text box tells what it says."""
        tags = {tag_of(inner) for inner in element.iter()}
        boxes = [
            box
            for box in element.iter()
            if tag_of(box) == "txbxContent" and not _is_a_fallback(box)
        ]
        for box in boxes:
            said = " ".join(
                "".join(t.text or "" for t in p.iter(W + "t")) for p in box.iter(W + "p")
            )
            self.name(_("a text box was left out%(saying)s.") % {"saying": _saying(said)})
        if tags & {"chart", "relIds"}:
            what = _("a chart") if "chart" in tags else _("a diagram")
            self.name(
                _(
                    "%(what)s was left out. Add it as a picture with the image block and describe it."
                )
                % {"what": what}
            )
        elif kind == "object":
            self.name(_("an embedded thing was left out. Add it with the document block."))
        elif tags & {"pic", "imagedata", "blip"}:
            description = next(
                (
                    one.get("descr")
                    for one in element.iter()
                    if tag_of(one) == "docPr" and one.get("descr")
                ),
                "",
            )
            said = (
                _(" Its description in Word is “%(told)s”.") % {"told": shortened(description, 200)}
                if description
                else ""
            )
            self.name(
                _("a picture was left out. Add it with the image block and describe it.%(words)s")
                % {"words": said}
            )
        elif not boxes and not any(
            one.get("{urn:schemas-microsoft-com:office:office}hr") for one in element.iter()
        ):
            self.name(_("a drawing was left out. Add it with the image block and describe it."))


def _is_a_fallback(element):
    return any(tag_of(above) == "Fallback" for above in element.iterancestors())


def _saying(words):
    words = shortened(words, 300)
    return _(" (it says “%(words)s”)") % {"words": words} if words else ""
