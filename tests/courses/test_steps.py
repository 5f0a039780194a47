"""A unit in steps: nothing of it is lost between them, the place is kept, and each reader chooses."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.actions import answer_check, publish_version
from courses.models import Progress, ReaderNote, Unit
from courses.rendering.glossary import words_used
from courses.rendering.steps import TALLEST, height_of, step_at, steps_of, text_height, top_elements
from courses.states import NoteKind

PARAGRAPH = f"<p>{'word ' * 120}</p>"
SECTION = "<h2>{title}</h2>\n" + 4 * PARAGRAPH
LONG = "".join(SECTION.format(title=title) for title in ("One &amp; all", "Two", "Three"))
CHECK = {
    "kind": "check",
    "id": "c1",
    "key": "c1",
    "style": "choice",
    "text": "Which?",
    "options": [
        {"text": "This", "right": True, "why": "Yes."},
        {"text": "That", "right": False, "why": "No."},
    ],
}
WORDS = {
    "kind": "html",
    "id": "words",
    "html": '<section class="words" aria-labelledby="words"><h2 id="words">Words in this unit</h2><dl>\n'
    '<div id="term-nrm"><dt>NRM</dt><dd>It is.</dd></div>\n'
    '<div id="term-nca"><dt>NCA</dt><dd>It decides.</dd></div>\n</dl></section>',
}
PARTS = [
    {"kind": "html", "id": "t1", "html": f'<p>The <a href="#term-nrm">NRM</a>.</p>{LONG}'},
    CHECK,
    {
        "kind": "html",
        "id": "t2",
        "html": f'<h2>Last</h2>{5 * PARAGRAPH}<p>The <a href="#term-nca">NCA</a> ends.</p>',
    },
    WORDS,
]
ADDRESS = "/study/units/U1/all/"


class TestDividing:
    def test_all_of_a_unit_is_there_once_and_in_its_order(self):
        steps = steps_of(PARTS)
        said = [
            PARTS[piece.index]["html"] if piece.html is None else piece.html
            for step in steps
            for piece in step.pieces
            if PARTS[piece.index]["kind"] == "html"
        ]
        assert "".join(said) == PARTS[0]["html"] + PARTS[2]["html"]
        assert [p.index for s in steps for p in s.pieces] == sorted(
            p.index for s in steps for p in s.pieces
        )
        assert [s.number for s in steps] == list(range(1, len(steps) + 1)) and len(steps) > 3

    def test_steps_are_named_by_their_headings(self):
        assert {"One & all", "Two", "Three", "Last"} <= {step.title for step in steps_of(PARTS)}

    def test_none_is_taller_than_it_may_be_unless_one_element_is(self):
        for parts in (PARTS, [{"kind": "html", "id": "t", "html": 60 * PARAGRAPH}]):
            for step in steps_of(parts):
                tall = sum(
                    height_of(parts[p.index]) if p.html is None else text_height(p.html)
                    for p in step.pieces
                )
                assert tall <= TALLEST * 1.01

    def test_every_part_and_every_piece_is_found(self):
        steps = steps_of(PARTS)
        assert step_at(steps, "c1") and step_at(steps, "t2") and step_at(steps, "t1").number == 1
        for step in steps:
            assert step_at(steps, step.anchor) == step
        assert step_at(steps, "nowhere") is None and step_at(steps, "") is None

    @pytest.mark.parametrize("html", ["<p>a</p></div><p>b</p>", "<div><p>a</p>", "<p>a<p>b", "a"])
    def test_a_text_whose_tags_do_not_match_is_never_divided(self, html):
        assert top_elements(html) == [html]

    def test_elements_within_others_stay_together(self):
        html = "<section><h2>In</h2><p>a<br>b</p></section>\n<ul><li>c</li></ul> tail"
        assert top_elements(html) == [
            "<section><h2>In</h2><p>a<br>b</p></section>",
            "\n<ul><li>c</li></ul>",
            " tail",
        ]

    def test_a_long_list_of_rights_is_divided_between_them(self):
        right = "<h4>A right</h4>\n<ul><li>" + "word " * 150 + "</li></ul>\n"
        html = (
            f'<section class="comparison rights">\n<h3>What can be done</h3>\n{9 * right}</section>'
        )
        steps = steps_of([{"kind": "html", "id": "r", "html": html}])
        said = "".join(piece.html for step in steps for piece in step.pieces)
        assert len(steps) > 1 and said.count("A right") == 9 and said.count("What can") == 1
        assert said.count("<section") == said.count("</section>") == len(steps)
        assert [step.title for step in steps] == ["What can be done"] * len(steps)
        assert steps[1].is_continued and not steps[0].is_continued

    def test_a_short_unit_is_one_step(self):
        assert len(steps_of([{"kind": "html", "id": "t", "html": PARAGRAPH}, CHECK])) == 1

    def test_words_are_those_that_the_step_uses(self):
        used = words_used('<a href="#term-nca">NCA</a>', WORDS["html"])
        assert used == '<div id="term-nca"><dt>NCA</dt><dd>It decides.</dd></div>'
        assert words_used("<p>None</p>", WORDS["html"]) == ""


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def version(self, make_unit, the_words, operator):
        variant = make_unit("U1").variants.get()
        Unit.objects.filter(code="U1").update(needs=["read", "check"])
        drawn = the_words("Unit U1", "<p>Read</p>", parts=PARTS, content_note="It is hard.")
        return publish_version(variant, drawn, by=operator)

    @pytest.fixture
    def inside(self, enter, plan, trainee, version):
        return enter(trainee)

    @staticmethod
    def page(inside, query=""):
        return inside.get(ADDRESS + query).content.decode()

    def test_one_part_at_a_time_with_contents_and_a_way_on(self, inside, version):
        total = len(steps_of(PARTS))
        first = self.page(inside)
        assert f"Part 1 of {total}" in first and "It is hard." in first
        assert "Next part" in first and "Previous part" not in first
        assert "Which?" not in first and 'href="?step=2"' in first
        last = self.page(inside, "?step=99")
        assert f"Part {total} of {total}" in last and "It is hard." not in last
        assert "Next part" not in last and "Before you finish" in last
        assert "Before you finish" not in first
        assert len(first) < len(self.whole(inside)) - 3000

    def whole(self, inside):
        inside.post(f"{ADDRESS}layout/", {"parts": "whole"})
        return self.page(inside)

    def test_all_on_one_page_by_choice_on_every_visit_until_it_is_chosen_otherwise(
        self, inside, trainee
    ):
        whole = self.whole(inside)
        assert "Which?" in whole and "Before you finish" in whole and "Next part" not in whole
        assert whole.count("Words in this unit") == 1
        ids = re.findall(r'\sid="([^"]+)"', whole)
        assert len(ids) == len(set(ids))
        for step in steps_of(PARTS):
            assert f'href="#p-{step.anchor}"' in whole and f"p-{step.anchor}" in ids
        trainee.refresh_from_db()
        assert trainee.reading == {"parts": "whole"}
        inside.post(f"{ADDRESS}layout/", {"parts": "standard", "part": "c1"})
        assert "Next part" in self.page(inside)

    def test_the_next_part_keeps_the_place_without_a_script(self, inside, version):
        second = steps_of(PARTS)[1]
        reply = inside.post(f"{ADDRESS}place/", {"part": second.anchor, "next": "1"})
        assert reply.status_code == 302 and reply.url == f"{ADDRESS}?part={second.anchor}"
        assert "Part 2 of" in self.page(inside)
        assert Progress.objects.get(kind="place").data == {"part": second.anchor}
        assert f"?part={second.anchor}#p-" in inside.get("/study/modules/M1/").content.decode()

    def test_an_answer_leads_back_to_the_step_of_its_question(self, inside, version):
        reply = inside.post(f"{ADDRESS}check/c1/", {"version": version.pk, "given": "1"})
        assert reply.url == f"{ADDRESS}?part=c1#p-c1"
        page = self.page(inside, "?part=c1")
        assert "Which?" in page and "Not yet" in page
        fault = inside.post(f"{ADDRESS}check/c1/", {"version": version.pk})
        assert fault.status_code == 422 and "Which?" in fault.content.decode()
        assert "Which?" in self.page(inside, "?again=c1")

    def test_who_has_studied_it_reads_so_and_what_comes_next(self, inside, trainee, version):
        answer_check(trainee, version, "c1", 0, by=trainee)
        reply = inside.post(f"{ADDRESS}studied/", {"version": version.pk})
        page = self.page(inside, reply.url.removeprefix(ADDRESS).partition("#")[0])
        assert 'id="studied"' in page and "You studied version" in page

    def test_law_whose_review_is_overdue_says_so_on_every_part(
        self, inside, version, the_words, operator
    ):
        old = the_words("Unit U1", "<p>Read</p>", parts=PARTS, review_by=date(2020, 1, 1))
        publish_version(version.variant, old, by=operator)
        for query in ("?step=1", "?step=2", "?step=last"):
            assert "Follow the source before you rely on it." in self.page(inside, query)

    def test_each_step_explains_the_words_that_it_uses(self, inside):
        first, last = self.page(inside, "?step=1"), self.page(inside, "?step=99")
        assert "It is." in first and "It decides." not in first
        assert "It decides." in last and "It is." not in last

    def test_a_note_stands_at_the_piece_that_it_quotes_and_none_is_lost(
        self, inside, trainee, version
    ):
        for key, quote, text in (("t1", "Three", "At three"), ("gone", "", "Of old")):
            ReaderNote.objects.create(
                person=trainee,
                variant=version.variant,
                kind=NoteKind.NOTE,
                key=key,
                quote=quote,
                text=text,
            )
        steps = steps_of(PARTS)
        three = next(step.number for step in steps if step.title == "Three")
        assert "At three" in self.page(inside, f"?step={three}")
        assert "At three" not in self.page(inside, "?step=1")
        assert "Of old" in self.page(inside, "?step=99")

    def test_who_writes_a_note_stays_in_the_part_that_they_read(self, inside, version):
        three = next(step for step in steps_of(PARTS) if step.title == "Three")
        page = self.page(inside, f"?step={three.number}")
        assert f"&amp;part=t1&amp;at={three.anchor}" in page
        sent = {"version": version.pk, "part": "t1", "at": three.anchor, "quote": "Three"}
        reply = inside.post("/study/notes/new/", sent)
        assert reply.status_code == 302 and ReaderNote.objects.get().key == "t1"
        assert f'id="w-{ReaderNote.objects.get().pk}"' in self.page(
            inside, reply.url.removeprefix(ADDRESS).partition("#")[0]
        )

    @pytest.mark.parametrize("query", ["?step=0", "?step=-1", "?step=x", "?step=", "?part=x"])
    def test_an_address_that_names_nothing_shows_the_first_part(self, inside, query):
        assert "Part 1 of" in self.page(inside, query)

    def test_a_step_asks_the_database_no_more_than_the_whole_unit(
        self, inside, django_assert_num_queries
    ):
        self.whole(inside)
        self.page(inside)
        with CaptureQueriesContext(connection) as whole:
            self.page(inside)
        asked = len(whole.captured_queries)
        inside.post(f"{ADDRESS}layout/", {"parts": "standard"})
        with django_assert_num_queries(asked):
            self.page(inside, "?step=2")

    def test_a_tutor_reads_in_steps_too_and_nothing_is_kept_of_it(self, enter, tutor, version):
        page = enter(tutor).get(ADDRESS).content.decode()
        assert "Part 1 of" in page and 'href="?step=2">Next part' in page
        assert not Progress.objects.exists()
