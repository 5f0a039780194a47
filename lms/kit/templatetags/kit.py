"""Words for dates, nations and numbers in templates."""

from functools import lru_cache
from operator import attrgetter

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import json_script
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lms.kit import nations, script_words
from lms.kit.clean import clean

register = template.Library()


LONG, SHORT = "l j F Y", "j F Y"


@lru_cache(maxsize=2000)
def _in_words(date, form, language):
    """A list says the same few days many times, and Django writes each anew: an eighth of the examiner's board."""
    return date_format(date, form)


def _day_of(value, form):
    if not value:
        return ""
    if hasattr(value, "hour"):
        value = timezone.localtime(value).date()
    return _in_words(value, form, get_language())


@register.filter
def day(value):
    """“Friday 12 December 2025”."""
    return _day_of(value, LONG)


@register.filter
def short_day(value):
    """“12 December 2025”."""
    return _day_of(value, SHORT)


@register.filter
def moment(value):
    """“Friday 12 December 2025, 17:00 GMT”."""
    if not value:
        return ""
    value = timezone.localtime(value)
    return f"{_in_words(value.date(), LONG, get_language())}, {value:%H:%M} {value.tzname()}"


@register.filter
def mark(value):
    """A mark out of 100, without idle zeros."""
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


@register.filter
def nation_names(codes):
    return nations.labels(codes or [])


@register.filter
def nation_label(code):
    return nations.NATIONS.get(code, code)


@register.filter
def nation_sentence(codes):
    return nations.sentence(codes or [])


@register.filter
def listed(things, attribute):
    """“Hope House, Safe Harbour”, for a sentence that lists: `organisations|listed:"name"`. A semicolon or “and” is the sentence's own."""
    return ", ".join(str(one) for one in map(attrgetter(attribute), things))


@register.filter
def size(value):
    """A file's size in words."""
    value = int(value or 0)
    if value < 1000:
        return _("%(value)s bytes") % {"value": value}
    if value < 1_000_000:
        return _("%(value)s KB") % {"value": f"{value / 1000:.0f}"}
    return _("%(value)s MB") % {"value": f"{value / 1000000:.1f}"}


@register.filter
def hours(minutes):
    """“12 hours 30 minutes”."""
    whole, left = divmod(int(minutes or 0), 60)
    words = (
        [ngettext("%(whole)s hour", "%(whole)s hours", whole) % {"whole": whole}] if whole else []
    )
    return " ".join(
        [*words, _("%(left)s minutes") % {"left": left}] if left or not words else words
    )


@register.filter
def clean_html(html):
    """HTML that somebody wrote, with what a page may show of it."""
    return mark_safe(clean(html))  # noqa: S308 - cleaned


@register.simple_tag
def address(view, *args, **kwargs):
    """`{% url %}` for `as`, for a link in the middle of a sentence: an address that is not found is a fault, not an empty link."""
    return reverse(view, args=args, kwargs=kwargs)


@register.simple_tag(name="script_words")
def words_of_script(script):
    """What the script says, beside the tag that loads it: JSON, which no browser runs (`lms/kit/script_words.py`)."""
    return json_script(script_words.SCRIPTS[script](), f"words-{script}")
