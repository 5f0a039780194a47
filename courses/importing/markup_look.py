"""What the style of HTML says: struck, hidden, raised, in a font of signs, or a look without meaning."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .results import shortened

# Attributes that change neither the words nor what they mean; of an unlisted one the import says that it was left out.
SILENT = set(
    "class id name href src alt target rel role tabindex width height border cellpadding cellspacing hidden style lang xml:lang title start "
    "type reversed value color face size bgcolor align valign colspan rowspan scope summary checked dir media charset content property "
    "http-equiv action method for datetime cite clear nowrap open loading srcset sizes controls preload poster autoplay loop muted "
    "allow allowfullscreen frameborder scrolling sandbox usemap shape coords span noshade compact language rev hreflang referrerpolicy".split()
)


# Declarations that carry nothing but room and letters of the page they stood on.
PLAIN_STYLES = set(
    "margin margin-top margin-bottom margin-left margin-right padding padding-top padding-bottom padding-left padding-right line-height "
    "font font-family font-size width height max-width min-width max-height min-height border-collapse border-spacing vertical-align "
    "text-indent text-justify word-spacing letter-spacing white-space box-sizing overflow overflow-wrap word-wrap word-break orphans widows "
    "float clear outline list-style-position font-stretch font-kerning font-variant-ligatures font-variant-east-asian "
    "font-variant-numeric font-variant-alternates font-feature-settings font-optical-sizing font-size-adjust font-language-override "
    "font-variation-settings text-rendering tab-size hyphens cursor page-break-before page-break-after page-break-inside break-after".split()
)
LOOKS = {
    "color": gettext_noop("colours"),
    "background": gettext_noop("colours"),
    "background-color": gettext_noop("colours"),
    "text-align": gettext_noop("alignment"),
    "font-weight": gettext_noop("bold"),
    "font-style": gettext_noop("italic"),
    "text-decoration": gettext_noop("underlining"),
    "text-decoration-line": gettext_noop("underlining"),
    "text-transform": gettext_noop("capital letters"),
    "font-variant": gettext_noop("small capitals"),
    "font-variant-caps": gettext_noop("small capitals"),
    "list-style-type": gettext_noop("the numbers of a list"),
    "list-style": gettext_noop("the numbers of a list"),
}
USUAL = {
    "text-align": {"left", "start", "justify", "initial", "inherit"},
    "font-weight": {"normal", "400", "initial", "inherit"},
    "font-style": {"normal", "initial", "inherit"},
    "display": {"block", "inline", "inline-block", "initial", "inherit"},
    "visibility": {"visible", "initial", "inherit"},
    "text-transform": {"none", "initial", "inherit"},
    "opacity": {"1"},
    "font-variant": {"normal", "initial", "inherit"},
    "font-variant-caps": {"normal"},
    "direction": {"ltr"},
    "position": {"static", "relative"},
    "text-decoration": {"none", "initial", "inherit"},
    "text-decoration-line": {"none", "initial", "inherit"},
    "border": {"none", "0", "0px"},
    "color": {
        "inherit",
        "initial",
        "black",
        "#000",
        "#000000",
        "windowtext",
        "currentcolor",
        "rgb(0, 0, 0)",
        "rgb(0,0,0)",
    },
    "background": {"none", "transparent", "white", "inherit", "initial", "#fff", "#ffffff"},
    "background-color": {
        "transparent",
        "white",
        "inherit",
        "initial",
        "#fff",
        "#ffffff",
        "rgb(255, 255, 255)",
    },
}
HIDDEN = {
    ("display", "none"),
    ("visibility", "hidden"),
    ("visibility", "collapse"),
    ("opacity", "0"),
    ("font-size", "0"),
    ("font-size", "0px"),
}
SYMBOL_FONTS = (
    "wingdings",
    "webdings",
    "symbol",
    "marlett",
    "zapf",
    "mt extra",
    "bookshelf symbol",
    "monotype sorts",
)
UNICODE_FONTS = ("segoe ui symbol", "noto sans symbols", "symbola", "apple symbols")


def is_symbol_font(font: str) -> bool:
    """Does this font show a sign where another font shows a letter?"""
    font = (font or "").strip(" \"'").lower()
    return font.startswith(SYMBOL_FONTS) and not font.startswith(UNICODE_FONTS)


def _styles(attributes):
    for one in attributes.get("style", "").split(";"):
        name, _unused, value = one.partition(":")
        if value.strip():
            yield name.strip().lower(), value.replace("!important", "").strip().lower()


def region_of_tag(name, attributes):
    if name in ("s", "strike", "del"):
        return "struck", ""
    if (
        name == "rp"
        or "hidden" in attributes
        or any(style in HIDDEN for style in _styles(attributes))
    ):
        return "hidden", ""
    if any(
        prop.startswith("text-decoration") and "line-through" in value
        for prop, value in _styles(attributes)
    ):
        return "struck", ""
    fonts = [
        attributes.get("face", "") if name == "font" else "",
        *(value for prop, value in _styles(attributes) if prop in ("font", "font-family")),
    ]
    for font in fonts:
        first = font.split(",")[0]
        if is_symbol_font(first) or is_symbol_font(first.rpartition(" ")[2]) and "ui" not in first:
            return "symbol", first.strip(" \"'")
    language = attributes.get("lang") or attributes.get("xml:lang")
    if language and (name == "lang" or "multilang" in attributes.get("class", "").lower().split()):
        return "language", language
    placed = dict(_styles(attributes)).get("vertical-align", "")
    if name in ("sup", "sub") or placed in ("super", "sub", "sup"):
        return "sub" if name == "sub" or placed == "sub" else "sup", ""
    return "", ""


def looks_of_tag(name, attributes):
    for prop, value in _styles(attributes):
        if (
            (prop, value) in HIDDEN
            or prop in PLAIN_STYLES
            or value in USUAL.get(prop, ())
            or prop.startswith(("mso-", "-webkit-", "-moz-", "-ms-"))
        ):
            continue
        if prop.startswith("text-decoration") and "line-through" in value:
            continue
        yield LOOKS.get(prop, _("the style “%(prop)s”") % {"prop": shortened(prop, 30)})
    if "color" in attributes or "bgcolor" in attributes:
        yield "colours"
    if attributes.get("align", "left").lower() not in ("left", "justify"):
        yield "alignment"
    if name == "ol" and (attributes.get("type", "1") != "1" or "reversed" in attributes):
        yield _("the numbers of a list")
    if attributes.get("dir", "ltr").lower() == "rtl":
        yield _("the direction of writing")
    for other in attributes:
        if (
            other not in SILENT
            and not other.startswith(("data-", "aria-", "on", "xmlns", "mso"))
            and ":" not in other
            and name != "svg"
        ):
            yield _("the attribute “%(other)s”") % {"other": shortened(other, 30)}
