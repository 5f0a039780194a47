"""What an officer types into the certificate's design, and a signature made small and clean; it refuses a picture it cannot read."""

import base64
import io
import unicodedata

from django import forms
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from PIL import Image, ImageChops, ImageFilter, ImageOps
from wagtail.admin.widgets import AdminAutoHeightTextInput

from lms.kit.files import BadFile
from lms.kit.languages import LANGUAGES, WELSH

from ..actions.designs import MOST_PICTURE, MOST_SIGNERS, NAMES, SIGNER, Content
from ..document.wording import NEEDED, PLACES

MOST_TYPED = 4000
MOST_UPLOAD, MOST_POINTS = 10 * 1024 * 1024, 40_000_000
CANVAS, SHADES, EDGE = (564, 160), (64, 16, 8, 4), 6  # 300 dots an inch as it is printed
PAPER, DARK, FAINT = (
    228,
    90,
    60,
)  # of 255: white from here on; a ground this dark is no paper; ink must be this much darker
SIGNED = Signer(
    salt="certificates.signature"
)  # a signature that was cleaned here travels with the form until it is saved
TOO_LONG = gettext_noop("This is far longer than the certificate. Shorten it.")


class LineField(forms.CharField):
    """Words on one line, as they will be set: composed, and with single blanks between them."""

    def __init__(self, label, attrs, help_text=""):
        super().__init__(
            required=False,
            label=label,
            max_length=MOST_TYPED,
            help_text=help_text,
            widget=AdminAutoHeightTextInput(attrs=attrs),
            error_messages={"max_length": _(TOO_LONG)},
        )

    def to_python(self, value):
        return " ".join(unicodedata.normalize("NFC", super().to_python(value)).split())


class DesignForm(forms.Form):
    """The words of each place in each language, and up to three who sign. What can be kept as a draft is valid; what stands
    against publishing is added by the page."""

    base = forms.IntegerField(required=False, widget=forms.HiddenInput)
    shows_nations = forms.BooleanField(
        required=False, label=gettext_lazy("The certificate names the nations")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="id_%s", **kwargs)
        for language in LANGUAGES:
            for place, (_unused, most, _unused) in PLACES.items():
                name = f"{language}-{place}"
                attrs = {
                    "rows": 1 + most // 100,
                    "aria-describedby": f"help-{place} {name}-fault",
                    **({"lang": "cy"} if language == WELSH else {}),
                }
                self.fields[name] = LineField(NAMES[language], attrs)
        for n in range(1, MOST_SIGNERS + 1):
            for part, (label, most, *_unused) in SIGNER.items():
                self.fields[f"signer{n}-{part}"] = LineField(
                    label,
                    {"rows": 1, "aria-describedby": f"signer{n}-{part}-fault"},
                    _("At most %(most)s characters.") % {"most": most},
                )
            self.fields[f"signer{n}-picture"] = forms.FileField(
                required=False,
                allow_empty_file=True,
                label=_("Picture of the signature"),
                widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
                help_text=_(
                    "PNG or JPEG: dark ink on white paper. It is made small, and what the camera wrote beside it is left out."
                ),
            )
            self.fields[f"signer{n}-kept"] = forms.CharField(
                required=False, widget=forms.HiddenInput
            )
            self.fields[f"signer{n}-without"] = forms.BooleanField(
                required=False, label=_("Print no picture")
            )

    @classmethod
    def of(cls, content, base):
        """A form that holds a design as if it had been typed."""
        data = {"base": base or "", "shows_nations": content.shows_nations or None}
        data |= {
            f"{language}-{place}": words
            for language, said in content.wording.items()
            for place, words in said.items()
        }
        for n, one in enumerate(content.signatories, 1):
            data |= {f"signer{n}-{part}": one[part] for part in SIGNER}
            data[f"signer{n}-kept"] = one["picture"] and SIGNED.sign(one["picture"])
        return cls({name: value for name, value in data.items() if value is not None})

    def clean(self):
        """Each one's picture: the new one, the one they had, or none."""
        typed = super().clean()
        self.data = self.data.copy()
        for n in range(1, MOST_SIGNERS + 1):
            try:
                typed[f"signer{n}-kept"] = self._picture(n, typed)
            except BadFile as bad:
                self.add_error(f"signer{n}-picture", str(bad))
                typed[f"signer{n}-kept"] = self._signed_picture(n) or ""
            self.data[f"signer{n}-kept"] = typed[f"signer{n}-kept"] and SIGNED.sign(
                typed[f"signer{n}-kept"]
            )
        return typed

    def _picture(self, n, typed):
        if typed.get(f"signer{n}-picture"):
            return clean_signature(typed[f"signer{n}-picture"])
        if typed.get(f"signer{n}-without"):
            return ""
        kept = self._signed_picture(n)
        if kept is None:
            raise BadFile(_("The picture was lost on its way. Choose it again."))
        return kept

    def _signed_picture(self, n):
        """The base64 that came with the form; None when it is not one that was cleaned here."""
        came = self.data.get(f"signer{n}-kept", "")
        try:
            return came and SIGNED.unsign(came)
        except BadSignature:
            return None

    @property
    def content(self) -> Content:
        """What was typed; whoever has neither name, office nor picture does not sign."""
        typed = self.cleaned_data
        words = {
            language: {place: typed[f"{language}-{place}"] for place in PLACES}
            for language in LANGUAGES
        }
        signers = [
            {
                **{part: typed[f"signer{n}-{part}"] for part in SIGNER},
                "picture": typed[f"signer{n}-kept"],
            }
            for n in range(1, MOST_SIGNERS + 1)
        ]
        return Content(words, [one for one in signers if any(one.values())], typed["shows_nations"])

    def picture(self, n) -> str:
        """The base64 of the picture that stands in the form."""
        return self._signed_picture(n) or ""


def help_for(place) -> str:
    """What may stand in a place: “At most 500 characters. {award} and {conferred} must stand in it, …”."""
    _unused, most, allowed = PLACES[place]
    needed = [name for name in allowed if name in NEEDED.get(place, ()) or name == "nations"]
    sentences = [_("At most %(most)s characters.") % {"most": most}]
    if needed:
        sentences.append(
            _("%(needed)s must stand in it%(words)s.")
            % {
                "needed": _and(needed),
                "words": _(", the nations only while they are shown")
                if "nations" in needed
                else "",
            }
        )
    may = [name for name in allowed if name not in needed]
    return " ".join([*sentences, _("%(may)s may.") % {"may": _and(may)}] if may else sentences)


def _and(names):
    names = [f"{{{name}}}" for name in names]
    return (
        _("%(names)s and %(name)s") % {"names": ", ".join(names[:-1]), "name": names[-1]}
        if len(names) > 1
        else names[0]
    )


# ---- a signature ----


def clean_signature(upload) -> str:
    """The base64 of a small PNG of nothing but the ink, on white: cut to the ink, freed from shadows and from whatever was written
    beside it (place, day, camera). Raises BadFile with a sentence for whoever chose it."""
    if upload.size > MOST_UPLOAD:
        raise BadFile(
            _(
                "This picture is larger than %(most_upload)s MB. Make it smaller, then choose it again."
            )
            % {"most_upload": MOST_UPLOAD // 1024 // 1024}
        )
    upload.seek(0)
    ink = _ink_of(_opened(upload.read()))
    for shades in SHADES:
        out, few = io.BytesIO(), ink.quantize(shades)
        palette, ground = few.getpalette(), few.getpixel((0, 0))
        palette[3 * ground : 3 * ground + 3] = [255, 255, 255]
        few.putpalette(palette)
        few.save(out, "PNG", optimize=True)
        if out.tell() <= MOST_PICTURE:
            return base64.b64encode(out.getvalue()).decode()
    raise BadFile(
        _(
            "This picture has too much in it for a signature. Photograph the signature by itself, on plain white paper."
        )
    )


def _opened(content) -> Image.Image:
    """The picture upright, in colours, on white."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > MOST_POINTS:
                raise BadFile(
                    _(
                        "This picture has more points than we can read. Make it smaller, then choose it again."
                    )
                )
            picture.draft("RGB", (4 * CANVAS[0], 4 * CANVAS[0]))
            upright = ImageOps.exif_transpose(picture)
            if upright.mode.startswith("I"):  # sixteen bits of grey
                upright = upright.point(lambda value: value / 256).convert("L")
            upright = upright.convert("RGB" if upright.mode == "CMYK" else "RGBA").convert("RGBA")
    except BadFile:
        raise
    except Exception:  # a broken picture fails in as many ways as there are decoders
        raise BadFile(
            _(
                "This is not a PNG or JPEG picture that we can read. Save it as one of these, then choose it again."
            )
        ) from None
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A"))
    plain.thumbnail((3 * CANVAS[0], 3 * CANVAS[0]))
    return plain


def _ink_of(picture) -> Image.Image:
    """Its ink on an even white ground, on a canvas of one size, so that all who sign stand alike."""
    small = picture.resize(
        (max(picture.width // 24, 1), max(picture.height // 24, 1)), Image.Resampling.BOX
    )
    paper = (
        small.filter(ImageFilter.MaxFilter(5))
        .filter(ImageFilter.GaussianBlur(2))
        .resize(picture.size, Image.Resampling.BICUBIC)
    )
    if paper.convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) < DARK:
        raise BadFile(
            _(
                "This picture is dark all over. Photograph the signature in dark ink on white paper, in good light."
            )
        )
    even = ImageChops.invert(ImageChops.subtract(paper, picture))
    grey = even.convert("L")
    darkest = _darkest(grey)
    if darkest > 255 - FAINT:
        raise BadFile(
            _("We see no ink in this picture. Photograph the signature in dark ink on white paper.")
        )
    span = (255 - 20) / (PAPER - darkest)
    clear = even.point(
        [min(255, max(0, round(20 + (value - darkest) * span))) for value in range(256)] * 3
    )
    half = (darkest + PAPER) // 2  # dust is lighter than this
    left, top, right, bottom = grey.point(lambda value: 255 if value <= half else 0).getbbox()
    box = (
        max(left - EDGE, 0),
        max(top - EDGE, 0),
        min(right + EDGE, grey.width),
        min(bottom + EDGE, grey.height),
    )
    ink = ImageOps.contain(
        clear.crop(box), (CANVAS[0] - 8, CANVAS[1] - 8), Image.Resampling.LANCZOS
    )
    canvas = Image.new("RGB", CANVAS, "white")
    canvas.paste(ink, (4, CANVAS[1] - 4 - ink.height))
    return canvas


def _darkest(grey) -> int:
    """How dark the ink is, leaving out the very darkest specks."""
    wanted, seen = grey.width * grey.height / 5000, 0
    for value, count in enumerate(grey.histogram()):
        seen += count
        if seen >= wanted:
            return value
    return 255
