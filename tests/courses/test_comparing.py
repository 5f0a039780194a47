"""Two versions side by side: every word that came or went is shown, and nothing an author wrote can run."""

import re

import lxml.html
import pytest

from courses.markup.comparing import compare

LAW = (
    '<section class="provision" aria-label="The law"><p class="provision__head"><span class="provision__act">Act 2015</span> '
    '<span class="tag tag--good">{state}</span></p><p>Support lasts {days} days.</p>'
    '<p class="provision__foot">Law as at {day}. <a href="{source}" rel="noreferrer">Read it at the source</a></p></section>'
)
TABLE = (
    '<div class="table-wrap" tabindex="0"><table class="table"><thead><tr><th scope="col">Nation</th><th scope="col">Days</th></tr>'
    '</thead><tbody><tr><th scope="row">Scotland</th><td data-label="Days">{}</td></tr></tbody></table></div>'
)
ALLOWED = {
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "table",
    "tbody",
    "tr",
    "th",
    "td",
    "ins",
    "del",
    "span",
}


def shown(compared, side):
    """The words a reader of one side sees: without what came, or without what went."""
    root = lxml.html.fragment_fromstring(compared.html, create_parent="div")
    for element in list(root.iter({"old": "ins", "new": "del"}[side])) + root.find_class("vh"):
        element.drop_tree()
    return re.sub(r"\s+", "", root.text_content())


def letters(html):
    return re.sub(
        r"\s+", "", lxml.html.fragment_fromstring(html, create_parent="div").text_content()
    )


def marked(compared, tag):
    root = lxml.html.fragment_fromstring(compared.html, create_parent="div")
    return [element.text_content() for element in root.iter(tag)]


def test_a_changed_word_is_marked_and_said_aloud():
    made = compare(
        "<p>The council may decide within seven days.</p>",
        "<p>The council must decide within ten days.</p>",
    )
    assert made.html == (
        '<p>The council <del><span class="vh">removed: </span>may</del> <ins><span class="vh">added: </span>must</ins> decide within '
        '<del><span class="vh">removed: </span>seven</del> <ins><span class="vh">added: </span>ten</ins> days.</p>\n'
    )
    assert (made.added, made.removed, made.same) == (2, 2, False)
    assert made.changes[0] == "The council [removed: may] [added: must] decide within"


def test_the_same_words_are_the_same_whatever_the_mark_up():
    made = compare(
        "<p>A word,\n and another</p>",
        "<div><p>A <strong>word</strong>, and <em>another</em></p></div>",
    )
    assert (
        made.same
        and made.changes == []
        and (made.added, made.removed) == (0, 0)
        and "<ins" not in made.html
    )


def test_law_tables_and_lists_keep_their_shape():
    old = (
        LAW.format(state="Partly", days=45, day="1 May 2026", source="https://a.example/")
        + TABLE.format("45")
        + "<ul><li>a b c</li></ul>"
    )
    new = (
        LAW.format(state="In force", days=90, day="1 June 2026", source="https://b.example/")
        + TABLE.format("90")
        + ("<ul><li>a b c<ol><li>deep</li></ol></li><li>last</li></ul>")
    )
    made = compare(old, new)
    assert marked(made, "del") == [
        f"removed: {one}" for one in ("Partly", "45", "May", "(https://a.example/)", "45")
    ]
    assert marked(made, "ins") == [
        f"added: {one}"
        for one in ("In force", "90", "June", "(https://b.example/)", "90", "deep", "last")
    ]
    assert (
        '<tr><th scope="row">Scotland</th><td><del>' in made.html
        and '<th scope="col">Nation</th>' in made.html
    )
    assert re.search(
        r"<ul>\s*<li>a b c<ol>\s*<li><ins>.*deep</ins></li></ol>\s*</li>\s*<li><ins>.*last</ins></li></ul>",
        made.html,
    )


def test_a_paragraph_put_in_front_does_not_spoil_its_neighbours():
    made = compare(
        "<h2>One</h2><p>First words here.</p><p>Second words there.</p>",
        "<h2>One</h2><p>Brand new.</p><p>First words here.</p><p>Second words are there.</p>",
    )
    assert marked(made, "ins") == ["added: Brand new.", "added: are"] and marked(made, "del") == []
    assert (made.added, made.removed) == (3, 0)


def test_removed_rows_and_headings_stay_readable():
    made = compare(
        "<h2>Gone</h2><p>stays</p><table><tr><td>x</td><td>one</td></tr><tr><td>y</td><td>two</td></tr></table>",
        "<p>stays</p><table><tr><td>y</td><td>two</td></tr></table>",
    )
    assert made.html.startswith('<h2><del><span class="vh">removed: </span>Gone</del></h2>')
    assert made.html.count("<table") == 1 and made.html.count("<tr>") == 2 and made.removed == 3


@pytest.mark.parametrize(
    "evil",
    [
        '<script>alert(1)</script><p onclick="x()">&lt;script&gt;alert(2)&lt;/script&gt;</p>',
        '<img src=x onerror=alert(1) alt="<b>cat</b>">',
        '<a href="javascript:alert(1)">&lt;img src=x&gt;</a>',
        '<a href="&quot;><script>alert(1)</script>">x</a>',
        "<svg><script>1</script></svg>",
        "<p>\x00\x1b&#0;a</p>",
        "<td>loose</td><li>loose",
        "<table><tr><td><table><tr><td>in</td></tr></table>after</td></tr></table>",
        "<p",
        "",
        None,
        "<!-- -->",
        "<?xml version='1.0' encoding='x'?><p>é</p>",
        "\ud800",
        "<select><option>a",
        "<div>" * 3000 + "deep",
        "<ul><li>" * 300 + "deep",
        "<iframe src='https://x.example/'>a</iframe>",
        "<style>p{}</style><table><caption>c</caption></table>",
    ],
)
@pytest.mark.parametrize("place", ["old", "new"])
def test_nothing_but_the_houses_tags_comes_out(evil, place):
    made = compare(evil, "<p>calm</p>") if place == "old" else compare("<p>calm</p>", evil)
    root = lxml.html.fragment_fromstring(made.html, create_parent="div")
    assert {element.tag for element in root.iterdescendants()} <= ALLOWED
    assert {name for element in root.iter() for name in element.attrib} <= {"class", "scope"}
    assert "<script" not in made.html and "<img" not in made.html
    if "deep" in (evil or ""):
        assert "deep" in made.html


def test_every_word_of_a_long_unit_is_on_its_side():
    """Every paragraph is changed, some are new, some are gone, and one is as long as a unit."""
    words = [f"w{n % 337}" for n in range(10_000)]
    old = [words[n : n + 60] for n in range(0, 10_000, 60)] + [words]
    new = [[*one[:7], f"new{n}", *one[9:]] for n, one in enumerate(old) if n % 9]
    new.insert(20, ["all", "new", "here"])
    old_html, new_html = (
        "".join(f"<p>{' '.join(one)}.</p>" for one in side) for side in (old, new)
    )
    made = compare(old_html, new_html)
    assert shown(made, "old") == letters(old_html) and shown(made, "new") == letters(new_html)
    assert made.added < 300 and made.removed < 2000


@pytest.mark.parametrize(
    "old, new",
    [
        ("<p>x</p>" * 4000, "<p>y</p>" + "<p>x</p>" * 3900),
        ("<p>" + "the " * 6000 + "</p>", "<p>a " + "the " * 5500 + "</p>"),
        (
            "".join(f"<p>a{n} b{n}</p>" for n in range(900)),
            "".join(f"<p>c{n} d{n}</p>" for n in range(900)),
        ),
    ],
)
def test_crowds_of_the_same_word_do_not_hold_it_up(old, new):
    made = compare(old, new)
    assert shown(made, "old") == letters(old) and shown(made, "new") == letters(new)
