"""The reader of HTML that test_access gives every page to sees each kind of fault, and finds none in a page that is sound."""

import pytest

from .html import faults

SOUND = (
    '<!doctype html>\n<html lang="en"><head><title>A page</title></head><body><h1 id="top">A page</h1>'
    '<form><input type="hidden" name="csrfmiddlewaretoken" value="{token}"><label for="name">Name</label>'
    '<input id="name" aria-describedby="hint more"><p id="hint">As printed.</p><p id="more">In full.</p></form>'
    '<a href="?a=1&amp;b=2">Next</a> <a href="#top">Top</a>{more}</body></html>'
)


def page(more="", token="a1"):
    return SOUND.format(more=more, token=token)


def test_a_sound_page_has_no_fault():
    assert faults(page()) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("<p>One<ul><li>Two</li></ul></p>", "unexpected-end-tag"),
        ("<div><p>Never closed</div></section>", "end-tag-too-early"),
        ('<a href="?a=1&page=2">Next</a>', "named-entity"),
        ('<p class="a" class="b">Twice</p>', "duplicate-attribute"),
        ('<p id="hint">Again</p>', "“hint” is used 2 times"),
        ('<p id="">Nameless</p>', "an id is empty"),
        ('<label for="gone">Name</label>', "for=“gone”"),
        ('<label for="">Name</label>', "for=“”"),
        ('<input aria-describedby="hint gone">', "aria-describedby=“gone”"),
        ('<section aria-labelledby="gone"></section>', "aria-labelledby=“gone”"),
        ('<a href="#gone">Down</a>', "the link #gone"),
        ('<a href="#">Nowhere</a>', "the link # "),
    ],
)
def test_each_fault_is_found_and_quoted(more, words):
    assert any(words in fault for fault in faults(page(more))), faults(page(more))


def test_a_token_of_one_answer_is_no_difference_and_another_page_is():
    assert faults(page("<p>", token="b2")) == faults(page("<p>", token="c3"))
    assert faults(page('<a href="#gone">Down</a>', token="b2")) != faults(page(token="b2"))
