"""The public front page and standing texts (accessibility, privacy), kept in Wagtail."""

from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from .blocks import render_rich_text

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]


class HomePage(Page):
    PERSONAL_DATA = {}

    lede = RichTextField(features=["bold", "italic", "link"], blank=True)
    body = RichTextField(features=FEATURES, blank=True)
    content_panels = [*Page.content_panels, FieldPanel("lede"), FieldPanel("body")]
    max_count = 1
    template = "pages/home.html"

    @property
    def lede_html(self):
        return render_rich_text(self.lede)

    @property
    def body_html(self):
        return render_rich_text(self.body)

    def get_context(self, request, *args, **kwargs):
        programme = (
            self.get_children().live().not_type(StandardPage).values("title", "slug").first()
        )
        # The address is made here: Wagtail would ask for every site's root to make it.
        outline = programme and {"title": programme["title"], "url": f"/{programme['slug']}/"}
        return {**super().get_context(request, *args, **kwargs), "programme": outline}


class StandardPage(Page):
    PERSONAL_DATA = {}

    body = RichTextField(features=FEATURES, blank=True)
    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["pages.HomePage", "pages.StandardPage"]
    template = "pages/standard.html"

    @property
    def body_html(self):
        return render_rich_text(self.body)
