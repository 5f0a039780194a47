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


def _one(item, context):
    key = _key(item, context)
    if key is None or key not in _kept:
        html = _template(item.template).render({**context, "item": item, "csrf_token": TOKEN})
        if item.notes or context["may_record"]:
            html += _template("courses/parts/notes.html").render(
                {**context, "item": item, "csrf_token": TOKEN}
            )
        if key is None:
            return html
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = html
    return _kept[key]


def _key(item, context):
    """What this part's text depends on; None where it holds words of the reader's own or what was just sent."""
    if item.reflection or item.notes or item.fault or item.votes:
        return None
    mark = item.mark and (
        item.mark.is_done,
        json.dumps(item.mark.data, sort_keys=True),
        str(item.mark.at.date()) if item.kind == "activity" else "",
    )
    version = context["version"]
    told = tuple(value for _, value, _ in item.story)
    return (
        version.pk,
        version.hash,
        context["unit"].code,
        context["variant"].key,
        item.part["id"],
        item.piece,
        context["may_record"],
        mark,
        told,
        bool(item.verdict),
    )


@lru_cache(maxsize=64)
def _template(name):
    return loader.get_template(name)
