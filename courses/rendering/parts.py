"""Puts the parts of a unit on the page. What two readers would see alike is drawn once and kept in memory."""

import json
import secrets
from functools import lru_cache

from django.template import loader
from django.utils.safestring import mark_safe

TOKEN = f"token-{secrets.token_hex(24)}"  # stands in kept text for the form token of the moment
MOST = 4000
_kept = {}


def render_parts(parts, *, context, token) -> str:
    """The parts of a version, in order, as HTML. `context`: what the templates need, the same for all parts."""
    html = "\n".join(_one(shown, context) for shown in parts)
    return mark_safe(html.replace(TOKEN, token))  # noqa: S308 - drawn by templates, or cleaned when it was published


def _one(shown, context):
    key = _key(shown, context)
    if key is None or key not in _kept:
        html = _template(shown.template).render({**context, "shown": shown, "csrf_token": TOKEN})
        if shown.notes or context["may_record"]:
            html += _template("courses/parts/notes.html").render(
                {**context, "shown": shown, "csrf_token": TOKEN}
            )
        if key is None:
            return html
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = html
    return _kept[key]


def _key(shown, context):
    """What this part's text depends on; None where it holds words of the reader's own or what was just sent."""
    if shown.writing or shown.notes or shown.fault or shown.votes:
        return None
    mark = shown.mark and (
        shown.mark.is_done,
        json.dumps(shown.mark.data, sort_keys=True),
        str(shown.mark.at.date()) if shown.kind == "activity" else "",
    )
    version = context["version"]
    told = tuple(value for _, value, _ in shown.story)
    return (
        version.pk,
        version.hash,
        context["unit"].code,
        context["variant"].key,
        shown.part["id"],
        context["may_record"],
        mark,
        told,
        bool(shown.verdict),
    )


@lru_cache(maxsize=64)
def _template(name):
    return loader.get_template(name)
