"""Words that are remembered are the words of the language that is read in, and no other."""

import pytest
from django.template import engines
from django.utils import translation
from django.utils.translation import gettext, trans_real

from lms.kit import translations

SAME = [
    '{% translate "Receipt" %}',
    "{% translate 'Sign in' %}",
    '{% translate "100%% of it" %}',
    '{% translate "<b>&" %}',
    '{% translate "a b"|upper %}',
    '{% translate "Marking" as word %}{{ word }}!',
    '{% translate "May" context "month" %}',
    '{% translate "Marking" noop %}',
    "{% translate value %}",
    '{% for i in "ab" %}{% translate "Receipt" %}{% endfor %}',
]


def rendered(source, library):
    made = engines["django"].engine.from_string("{% load " + library + " %}" + source)
    from django.template import Context

    answers = []
    for language, value in (("en-gb", "Receipt"), ("cy", "Receipt"), ("en-gb", "<i>"), ("cy", "x")):
        with translation.override(language):
            answers.append(made.render(Context({"value": value})))
    return answers


@pytest.mark.parametrize("source", SAME)
def test_the_tag_says_what_djangos_says_in_every_language(source, monkeypatch):
    engine = engines["django"].engine
    ours = rendered(source, "i18n")
    monkeypatch.setitem(engine.template_libraries, "i18n", _djangos())
    assert rendered(source, "i18n") == ours


def _djangos():
    from django.templatetags import i18n

    return i18n.register


def test_remembered_messages_are_those_of_their_language():
    words = ["Receipt number", "Receipt", "no such message", ""]
    before = {}
    for language in ("en-gb", "cy"):
        with translation.override(language):
            before[language] = [gettext(word) for word in words]
    assert before["cy"] != before["en-gb"], "something is translated"
    try:
        translations.remember_messages()
        translations.remember_messages()
        for _again in range(2):
            for language in ("cy", "en-gb"):
                with translation.override(language):
                    assert [gettext(word) for word in words] == before[language]
    finally:
        for language in ("en-gb", "cy"):
            vars(trans_real.translation(language)).pop("gettext", None)
