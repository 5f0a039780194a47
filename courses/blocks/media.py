"""Pictures, sound and film: each says in words what it shows, or it is not taken."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from lms.kit.refusals import Refused
from lms.pages.blocks import Words, render_rich_text

GONE = gettext_noop("A file in this unit is no longer there. Choose it again, then publish.")


class FileBlock(blocks.StructBlock):
    """A block that stands on a file."""

    def get_context(self, value, parent_context=None):
        if value["file"] is None:
            raise Refused(_(GONE))
        context = {**super().get_context(value, parent_context), "file": value["file"]}
        if "transcript" in value:
            context["transcript"] = render_rich_text(value["transcript"].source)
        return context


class Picture(FileBlock):
    file = ImageChooserBlock(label=gettext_lazy("Picture"))
    alt = blocks.CharBlock(
        label=gettext_lazy("What it shows"),
        max_length=400,
        help_text=gettext_lazy("Read aloud instead of the picture. Required."),
    )
    caption = blocks.CharBlock(required=False)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        return {**context, "rendition": value["file"].get_rendition("max-1320x1320|format-webp")}

    class Meta:
        icon = "image"
        template = "courses/blocks/picture.html"


class Video(FileBlock):
    title = blocks.CharBlock()
    file = DocumentChooserBlock(
        label=gettext_lazy("Film"), help_text=gettext_lazy("An MP4 or WebM file.")
    )
    captions = DocumentChooserBlock(help_text=gettext_lazy("A WebVTT file (.vtt). Required."))
    transcript = Words(
        help_text=gettext_lazy(
            "Everything that is said, and what is shown where it matters. Required."
        )
    )

    def get_context(self, value, parent_context=None):
        if value["captions"] is None:
            raise Refused(_(GONE))
        return super().get_context(value, parent_context)

    class Meta:
        icon = "media"
        template = "courses/blocks/video.html"


class Audio(FileBlock):
    title = blocks.CharBlock()
    file = DocumentChooserBlock(
        label=gettext_lazy("Recording"), help_text=gettext_lazy("An MP3, OGG or M4A file.")
    )
    transcript = Words(help_text=gettext_lazy("Everything that is said. Required."))

    class Meta:
        icon = "media"
        template = "courses/blocks/audio.html"


class Document(FileBlock):
    title = blocks.CharBlock()
    file = DocumentChooserBlock(label=gettext_lazy("Document"))
    about = blocks.TextBlock(
        rows=2,
        required=False,
        help_text=gettext_lazy("What is in it, for someone who cannot open it."),
    )

    class Meta:
        icon = "doc-full"
        template = "courses/blocks/document.html"
