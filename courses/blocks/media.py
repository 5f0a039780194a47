"""Pictures, sound and film: each says in words what it shows, or it is not taken."""

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from lms.kit.refusals import Refused
from lms.pages.blocks import Words, render_rich_text

GONE = "A file in this unit is no longer there. Choose it again, then publish."


class FileBlock(blocks.StructBlock):
    """A block that stands on a file."""

    def get_context(self, value, parent_context=None):
        if value["file"] is None:
            raise Refused(GONE)
        context = {**super().get_context(value, parent_context), "file": value["file"]}
        if "transcript" in value:
            context["transcript"] = render_rich_text(value["transcript"].source)
        return context


class Picture(FileBlock):
    file = ImageChooserBlock(label="Picture")
    alt = blocks.CharBlock(
        label="What it shows",
        max_length=400,
        help_text="Read aloud instead of the picture. Required.",
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
    file = DocumentChooserBlock(label="Film", help_text="An MP4 or WebM file.")
    captions = DocumentChooserBlock(help_text="A WebVTT file (.vtt). Required.")
    transcript = Words(
        help_text="Everything that is said, and what is shown where it matters. Required."
    )

    def get_context(self, value, parent_context=None):
        if value["captions"] is None:
            raise Refused(GONE)
        return super().get_context(value, parent_context)

    class Meta:
        icon = "media"
        template = "courses/blocks/video.html"


class Audio(FileBlock):
    title = blocks.CharBlock()
    file = DocumentChooserBlock(label="Recording", help_text="An MP3, OGG or M4A file.")
    transcript = Words(help_text="Everything that is said. Required.")

    class Meta:
        icon = "media"
        template = "courses/blocks/audio.html"


class Document(FileBlock):
    title = blocks.CharBlock()
    file = DocumentChooserBlock(label="Document")
    about = blocks.TextBlock(
        rows=2, required=False, help_text="What is in it, for someone who cannot open it."
    )

    class Meta:
        icon = "doc-full"
        template = "courses/blocks/document.html"
