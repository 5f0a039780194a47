"""In the editor a script of the page runs only where it starts one of Wagtail's date pickers with plain settings."""

import base64
import hashlib

import pytest
from django.http import HttpResponse

from lms.kit.middleware import AdminStyles


def allowed(html):
    return AdminStyles.pickers_in(HttpResponse(html))


def script(inside):
    return f"<p>x</p><script>{inside}</script>"


@pytest.mark.parametrize(
    "inside",
    [
        'initDateChooser("id_go_live_at", {"dayOfWeekStart": 0, "format": "d.m.Y"});',
        'initDateTimeChooser("id_a\\u002D1", {});',
        'initTimeChooser("x", {"a": [1, null, "b"]});',
    ],
)
def test_a_date_picker_starts(inside):
    assert allowed(script(inside)) == [
        f"'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'"
    ]


@pytest.mark.parametrize(
    "inside",
    [
        'initDateChooser("a",{b:(function{document.title="RAN"})});',
        'initDateChooser("a", {b:(function(){document.title="RAN"})()});',
        'initDateChooser("a", {"b": alert(1)});',
        'initDateChooser("a", {"b": 1}+alert(1));',
        'initDateChooser("a", {"b": `${alert(1)}`});',
        'initDateChooser("a", {"b": 1, ...alert(1)});',
        'initDateChooser("a"+alert(1), {});',
        'initDateChooser("a", {"b": 1});alert(1);',
        "alert(1)",
        'initDateChooser("a", [alert(1)]);',
        'initDateChooser("\\x41", {});',
    ],
)
def test_whatever_else_was_put_into_the_page_does_not(inside):
    assert allowed(script(inside)) == []
