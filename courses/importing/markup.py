"""What HTML and Moodle's marks say beyond words: struck, raised, hidden or in another language. Nothing of it goes without being named."""

import html
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .markup_look import looks_of_tag, region_of_tag
from .results import shortened

TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]*+)((?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*')*+)?)>""")
ATTRIBUTE = re.compile(
    r"""([a-zA-Z][\w:-]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?"""
)
ONE_LETTER = re.compile(r"\s*+(?:/\s*+)?|[^=]*+=.*", re.S)
NAMED = {
    "img": gettext_noop("a picture"),
    "svg": gettext_noop("a picture"),
    "picture": gettext_noop("a picture"),
    "canvas": gettext_noop("a picture"),
    "table": gettext_noop("a table"),
    "video": gettext_noop("a video"),
    "audio": gettext_noop("a sound"),
    "iframe": gettext_noop("an embedded page"),
    "object": gettext_noop("an embedded thing"),
    "embed": gettext_noop("an embedded thing"),
    "applet": gettext_noop("an embedded thing"),
    "script": gettext_noop("a script"),
    "form": gettext_noop("a form"),
    "math": gettext_noop("an equation"),
    "select": gettext_noop("a form"),
    "textarea": gettext_noop("a form"),
    "button": gettext_noop("a form"),
    "progress": gettext_noop("a form"),
    "meter": gettext_noop("a form"),
    "map": gettext_noop("an image map"),
}
BREAKS = set(
    "p div br li ul ol dl dt dd tr table tbody thead tfoot caption h1 h2 h3 h4 h5 h6 blockquote pre hr section article "
    "header footer main aside nav figure figcaption address fieldset form legend center details summary".split()
)
SPACES = set(
    "td th img input button select option textarea label iframe object embed video audio source svg math canvas progress meter".split()
)
GLUED = set(
    "a b i u s em strong span font sub sup small big code kbd samp var tt mark abbr acronym cite q del ins strike dfn bdi "
    "bdo wbr nobr script style param track picture applet area map link meta title html head body base time data col "
    "colgroup template noscript ruby rt rp path g circle rect line text mi mo mn mrow msup msub lang".split()
)
VOID = set("area base br col embed hr img input link meta param source track wbr".split())
EMPHASIS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underlining",
    "ins": "underlining",
    "mark": "highlighting",
}
LOOK = {
    "small": gettext_noop("small letters"),
    "big": gettext_noop("large letters"),
    "code": gettext_noop("the look of code"),
    "kbd": gettext_noop("the look of code"),
    "samp": gettext_noop("the look of code"),
    "tt": gettext_noop("the look of code"),
    "pre": gettext_noop("the look of code"),
    "center": gettext_noop("alignment"),
    "var": gettext_noop("italic"),
    "cite": gettext_noop("italic"),
    "dfn": gettext_noop("italic"),
    "address": gettext_noop("italic"),
    "ul": gettext_noop("the shape of a list"),
    "dl": gettext_noop("the shape of a list"),
    "blockquote": gettext_noop("the look of a quotation"),
    **{f"h{n}": gettext_noop("the look of a heading") for n in range(1, 7)},
}
KEPT_AS_HTML = {
    "bold",
    "italic",
    "the shape of a list",
    "the look of a quotation",
}  # where a text block is made
OWN_LETTER = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010fffd]")
RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-−=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓ")
ORDINAL = {"st", "nd", "rd", "th", "ain", "fed", "eg", "af", "ydd"}
MLANG = re.compile(r"\{mlang(?:\s++([\w ,-]{1,60}))?\}", re.I)
MOST_LOSSES, MORE = 100, "more than can be listed here"
DEEPEST = 40  # regions inside regions
FORMULA = re.compile(r"\$\$|\\\(|\\\[")


def lose(what: str, lost: list[str]):
    if what not in lost:
        if MORE not in lost:
            lost.append(what if len(lost) < MOST_LOSSES else MORE)


def look(what: str) -> str:
    """How a loss of form alone is told apart from a loss of words: it is said once for the whole file."""
    return f"look: {what}"


def shifted(words: str, kind: str) -> str | None:
    """The words in raised ("sup") or lowered ("sub") letters of Unicode; None where there are no such letters."""
    letters = RAISED if kind == "sup" else LOWERED
    if kind == "sup" and words.strip().lower() in ORDINAL:
        return words  # 1st means the same on the line
    return (
        words.translate(letters)
        if all(letter.isspace() or ord(letter) in letters for letter in words)
        else None
    )


def without_own_letters(text: str, lost: list[str]) -> str:
    """Without the letters that only one font can show: anyone else reads an empty box."""
    if OWN_LETTER.search(text):
        lose(
            _("a sign that only its own font can show (Wingdings or Symbol, perhaps a tick)"), lost
        )
        text = OWN_LETTER.sub("", text)
    return text


def is_english(language: str) -> bool:
    return language.strip().lower().replace("_", "-").partition("-")[0] == "en"


# ---- regions: what stands between two tags and cannot be kept as it is ----


@dataclass
class Region:
    name: str  # of its tag
    kind: str = ""  # struck, hidden, sup, sub, symbol, language; "" for a tag that changes nothing
    about: str = ""  # the language, or the font
    at: int = 0  # where it begins in what was read so far


@dataclass
class Language:
    code: str
    text: str


class Scan:
    """One pass over HTML. With `keeps_tags` the tags stay (a text block cleans them); without, they become words and line ends."""

    def __init__(self, lost: list[str], *, keeps_tags=False):
        self.lost, self.keeps_tags = lost, keeps_tags
        self.out, self.open, self.counts = [], {}, []
        self.regions = []

    def read(self, source: str) -> str:
        at = 0
        for tag in TAG.finditer(source):
            self.out.append(source[at : tag.start()])
            at = tag.end()
            self.tag(tag)
        self.out.append(source[at:])
        while self.regions:
            self.close(self.regions[-1])
        return self._in_english(self.out)

    def tag(self, tag):
        closes, name, attributes = tag[1], tag[2].lower(), tag[3]
        known = name in BREAKS | SPACES | GLUED or name in NAMED or ":" in name
        if not known or (len(name) == 1 and not ONE_LETTER.fullmatch(attributes)):
            self.out.append(
                tag[0] if self.keeps_tags else tag[0].replace("<", "&lt;")
            )  # “x<y and y>z” is not a tag
            return
        if closes:
            self._end(name)
        else:
            self._begin(
                name,
                _attributes(attributes),
                is_void=name in VOID or attributes.endswith("/") and name not in BREAKS,
            )
        self.out.append(tag[0] if self.keeps_tags else self._instead(name, closes))

    def _instead(self, name, closes):
        if name == "li" and not closes and self.counts and self.counts[-1] is not None:
            self.counts[-1] += 1
            return f"\n{self.counts[-1]}. "
        if name in ("rt", "q"):
            return {"rt": (" (", ")"), "q": ("“", "”")}[name][bool(closes)]
        return "\n" if name in BREAKS else " " if name in SPACES else ""

    def _begin(self, name, attributes, *, is_void):
        self._name(name, attributes)
        if name in ("ol", "ul"):
            self.counts.append(
                int(attributes["start"]) - 1
                if re.fullmatch(r"\d{1,4}", attributes.get("start", ""))
                else 0
                if name == "ol"
                else None
            )
        if name == "input" and attributes.get("type", "").lower() in ("checkbox", "radio"):
            self.out.append("☒" if "checked" in attributes else "☐")
        if is_void:
            return
        kind, about = region_of_tag(name, attributes)
        if kind and len(self.regions) >= DEEPEST:
            lose(_("marks inside marks, too many to follow,"), self.lost)
            kind = ""
        if name in ("sup", "sub") and self.keeps_tags:
            kind = ""
        if name in ("span", "lang", "sup", "sub", "font") or kind:
            region = Region(name, kind, about, len(self.out))
            self.open.setdefault(name, []).append(region)
            if kind:
                self.regions.append(region)
        elif self.open.get(name):
            self.open[name].append(Region(name))  # so that a tag inside its like does not close it

    def _end(self, name):
        if name in ("ol", "ul") and self.counts:
            self.counts.pop()
        region = self.open[name].pop() if self.open.get(name) else None
        while region and region.kind and any(region is one for one in self.regions):
            self.close(self.regions[-1])

    def close(self, region):
        """The innermost region ends: what was read in it becomes what may be kept of it."""
        self.regions.pop()
        inside = self._in_english(self.out[region.at :])
        del self.out[region.at :]
        said = shortened(html.unescape(TAG.sub(" ", inside)), 200)
        if region.kind == "language":
            self.out.append(Language(region.about, inside))
            return
        if not said:
            self.out.append(inside if region.kind != "hidden" else "")
            return
        if region.kind in ("sup", "sub"):
            letters = shifted(html.unescape(inside), region.kind)
            if letters is None:
                lose(
                    (
                        _(
                            "the raised place of the letters “%(letters)s” (they stand on the line now)"
                        )
                        if region.kind == "sup"
                        else _(
                            "the lowered place of the letters “%(letters)s” (they stand on the line now)"
                        )
                    )
                    % {"letters": said},
                    self.lost,
                )
            self.out.append(inside if letters is None else letters)
            return
        what = {
            "struck": _("struck-out words (“%(words)s”)") % {"words": said},
            "hidden": _("hidden words (“%(words)s”)") % {"words": said},
        }.get(region.kind)
        lose(
            what
            or _("signs of the font “%(about)s” (in other fonts “%(words)s”)")
            % {"about": shortened(region.about), "words": said},
            self.lost,
        )

    def _in_english(self, pieces) -> str:
        """Texts in several languages that stand side by side: the English one, and the others are named."""
        kept, group = [], []

        def decide():
            if len(group) == 1:
                kept.append(group[0].text)
            elif group:
                kept.append(english(group, self.lost))
            group.clear()

        for piece in pieces:
            if isinstance(piece, Language):
                group.append(piece)
            elif piece.strip() or not group:
                decide()
                kept.append(piece)
        decide()
        return "".join(kept)

    # ---- what is named ----

    def _name(self, name, attributes):
        if name in NAMED:
            told = attributes.get("alt", "").strip()
            lose(
                NAMED[name]
                + (
                    _(" (described as “%(told)s”)") % {"told": shortened(told)}
                    if told and name == "img"
                    else ""
                ),
                self.lost,
            )
        if name == "a" and not self.keeps_tags:
            address = attributes.get("href", "")[:300]
            if address and not address.startswith("#"):
                lose(_("the address of a link (%(address)s)") % {"address": address}, self.lost)
        if name in ("abbr", "acronym", "dfn", "span") and (
            title := attributes.get("title", "").strip()
        ):
            lose(
                _("an explanation that appears over a word (“%(title)s”)")
                % {"title": shortened(title)},
                self.lost,
            )
        of_tag = [EMPHASIS.get(name), LOOK.get(name)]
        if self.keeps_tags:
            of_tag = [
                what
                for what in of_tag
                if what not in KEPT_AS_HTML and name not in ("h2", "h3", "h4")
            ]
        for what in filter(None, [*of_tag, *looks_of_tag(name, attributes)]):
            lose(look(what), self.lost)


def _attributes(source) -> dict[str, str]:
    found = {}
    for attribute in ATTRIBUTE.finditer(source):
        value = next((part for part in attribute.groups()[1:] if part is not None), "")
        found.setdefault(attribute[1].lower(), html.unescape(value))
    return found


# ---- two languages ----


def english(group: list[Language], lost: list[str]) -> str:
    """What an English reader of Moodle would see of texts in several languages; the others are named."""
    chosen = next((one for one in group if is_english(one.code.split(",")[0])), None)
    chosen = chosen or next(
        (one for one in group if any(is_english(code) for code in one.code.split(","))), None
    )
    chosen = chosen or next((one for one in group if one.code.strip().lower() == "other"), group[0])
    for one in group:
        if one is not chosen and (said := shortened(html.unescape(TAG.sub(" ", one.text)), 200)):
            lose(
                _("its text in the language “%(code)s” (“%(words)s”)")
                % {"code": shortened(one.code, 30), "words": said},
                lost,
            )
    return chosen.text


def without_mlang(text: str, lost: list[str]) -> str:
    """The English of {mlang en}…{mlang}{mlang cy}…{mlang}; a mark that never ends is left to stand."""
    marks = list(MLANG.finditer(text))
    pieces, group, at, place = [], [], 0, 0
    while place < len(marks):
        begin, end = marks[place], marks[place + 1] if place + 1 < len(marks) else None
        if not begin[1] or end is None or end[1]:
            place += 1
            continue
        between = text[at : begin.start()]
        if between.strip() and group:
            pieces.append(english(group, lost))
            group = []
        if between.strip() or not group:
            pieces.append(between)
        group.append(Language(begin[1], text[begin.end() : end.start()]))
        at, place = end.end(), place + 2
    return "".join([*pieces, english(group, lost) if group else "", text[at:]])
