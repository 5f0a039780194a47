"""Lays the first page and the standing texts; it refuses to write over what an author has changed."""

import tomllib
from pathlib import Path

from django.db import transaction
from wagtail.models import Page, Site

from lms.record.actions import write

from .models import HomePage, StandardPage

TEXTS = Path(__file__).parent / "standing_texts.toml"


@transaction.atomic
def lay_pages(*, by) -> HomePage:
    """Make the public pages that are missing.

    1. the first page, in the place of the one Wagtail comes with, 2. each standing text that has no
    page yet, 3. the record is written for every page made.
    """
    texts = tomllib.loads(TEXTS.read_text())
    home = HomePage.objects.first() or lay_home(texts["home"], by=by)
    standing = set(home.get_children().values_list("slug", flat=True))
    for text in texts["page"]:
        if text["slug"] not in standing:
            made = StandardPage(title=text["title"], slug=text["slug"], body=text["html"].strip())
            page = home.add_child(instance=made)
            page.save_revision().publish()
            write("pages.lay", page, by=by)
    return home


def lay_home(text, *, by) -> HomePage:
    root = Page.get_first_root_node()
    home = root.add_child(
        instance=HomePage(title=text["title"], slug="front", lede=text["lede"].strip())
    )
    home.save_revision().publish()
    site = Site.objects.filter(is_default_site=True).first()
    if site:
        welcome, site.root_page = site.root_page, home
        site.site_name = "IMSA Learning"
        site.save()
        # Only the page that Wagtail's own migrations made: it is of no type of ours.
        if type(welcome.specific) is Page and not welcome.get_children().exists():
            welcome.delete()
    else:
        Site.objects.create(
            hostname="localhost", site_name="IMSA Learning", root_page=home, is_default_site=True
        )
    write("pages.lay", home, by=by)
    return home
