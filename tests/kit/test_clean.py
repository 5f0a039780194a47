"""Nothing an editor or a learner writes can act in somebody else's browser."""

import pytest

from lms.kit.clean import clean, plain

ATTACKS = [
    "<script>x()</script>",
    '<p onclick="x()">a</p>',
    '<a href="javascript:1">a</a>',
    '<a href="x:80">a</a>',
    '<a href="data:text/html,x">a</a>',
    '<p style="position:fixed">a</p>',
    "<iframe src=//x></iframe>",
    '<svg><a xlink:href="javascript:1">a</a></svg>',
    '<img src=x onerror="x()">',
    '<a href="java\tscript:x()">a</a>',
    "<math><style><img src onerror=x()></style></math>",
    '<form action="//x"><input></form>',
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_come_out_harmless(attack):
    out = clean(attack).lower()
    for bad in (
        "<script",
        "javascript",
        "onclick",
        "onerror=",
        "style=",
        "<iframe",
        "<svg",
        "<img",
        "data:",
        "<form",
        "x:80",
        "<math",
    ):
        assert bad not in out.replace("&lt;", "")


def test_honest_text_is_kept():
    text = '<h2>Siân</h2><p>Read <a href="https://www.legislation.gov.uk/">the <em>Act</em></a>.</p><ul><li>one</li></ul>'
    assert clean(text) == text
    assert plain(text) == "Siân Read the Act . one"
