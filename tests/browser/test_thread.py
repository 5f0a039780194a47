"""The whole thread through pages: from a register file to a certificate that an employer can check."""

import re
from datetime import date, timedelta

import pytest

from lms.kit import codes

from .visiting import follow, main

AMINA = "Amina Yusuf"
SECOND_INTAKE = "Pilot intake, September 2026"
FIRST_INTAKE = "Pilot intake, September 2025"
REGISTER = """entry,email,organisation,post,nations,starts_on,ends_on,line_manager,confirmed_on
ER-9001,mairi.nicdhomhnaill@imsa.example,ORG-17,Independent Modern Slavery Advocate,Scotland,2026-09-01,,j.kerr@glenarrick.example,
ER-0003,julia.tomas@imsa.example,ORG-01,Independent Modern Slavery Advocate,England,2025-09-01,,new.manager@lanternby.example,2025-09-15
ER-0004,lukasz.zajac@imsa.example,ORG-02,Independent Modern Slavery Advocate,England,2025-09-01,,p.adair@wexcombe.example,2025-09-15
"""
FAULTY = (
    REGISTER
    + """ER-9002,mairi.nicdhomhnaill@imsa.example,ORG-99,Advocate,Scotland,2026-09-02,,,
ER-9003,mairi.nicdhomhnaill@imsa.example,ORG-17,Advocate,Atlantis,2026-09-02,2026-09-01,,
"""
)


@pytest.fixture
def as_(new_page, as_person):
    """`as_("tutor")`: a page of that person's own, signed in once."""
    pages = {}

    def person(key):
        if key not in pages:
            pages[key] = as_person(new_page(accept_downloads=True), key)
        return pages[key]

    return person


def press(page, name):
    """Press a form's button and wait for the page that answers it."""
    follow(page.get_by_role("button", name=name, exact=True))


def today_of(page):
    """The server's own day, as its forms offer it."""
    page.goto("/hub/register/ER-0002/")
    return date.fromisoformat(page.locator("[name=end-ends_on]").input_value())


def bring(page, name, text):
    page.goto("/registry/imports/")
    page.get_by_label("An employment register file").check()
    page.get_by_label("The file", exact=True).set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    press(page, "Check the file")
    return {
        row.locator("th").inner_text(): row.inner_text() for row in page.locator("tbody tr").all()
    }


def test_a_register_file_is_read_and_then_written(as_):
    page = as_("registrar")
    rows = bring(page, "faulty.csv", FAULTY)
    assert "ORG-99" in rows["5"] and "Atlantis" in rows["6"] and "before it starts" in rows["6"]
    assert not page.get_by_role("button", name=re.compile("^Write")).count(), (
        "a file with a refused row can be written"
    )

    rows = bring(page, "register.csv", REGISTER)
    said = [rows[number].split("\n")[0] for number in ("2", "3", "4")]
    assert "New" in rows["2"] and "Changed" in rows["3"] and "Unchanged" in rows["4"], said
    assert "new.manager@lanternby.example" in rows["3"]
    there = page.context.new_page()
    assert there.goto("/hub/register/ER-9001/").status == 404, "the dry run wrote something"
    press(page, "Write 2 rows")
    assert there.goto("/hub/register/ER-9001/").status == 200
    assert "Glenarrick Rights Project" in main(there)


def names_in(page, code):
    """Everybody's name and student reference in a cohort."""
    page.goto(f"/registry/cohorts/{code}/")
    rows = page.locator("tbody tr").all()
    return [row.locator("th").inner_text() for row in rows] + [
        row.locator("[data-label='Student reference']").inner_text() for row in rows
    ]


def choose(field, name):
    field.select_option(value=field.locator("option", has_text=name).get_attribute("value"))


def mark(page, script, marks, hidden):
    """Give marks, look at them once more and seal; return every page seen on the way."""
    seen = []

    def look():
        seen.append(page.content())
        for name in hidden:
            assert name not in seen[-1], f"{page.url} shows {name}"

    page.goto("/marking/")
    look()
    page.goto(f"/marking/{script}/")
    look()
    paper = page.request.get(f"/marking/{script}/file/")
    assert paper.ok and script in paper.headers["content-disposition"]
    for name in hidden:
        assert name not in str(paper.headers) and name.encode() not in paper.body()
    for field in page.locator("[data-weight]").all():
        field.fill(str(marks))
    assert page.locator("[data-marks-sum]").inner_text() == f"{marks} of 100"
    assert page.locator("iframe").get_attribute("src").startswith(f"/marking/{script}/view/")
    page.get_by_label("Comment for the trainee").fill(
        "Each statement of law is dated. Weigh the other side more."
    )
    press(page, "Check your marks")
    look()
    press(page, "Submit these marks")
    look()
    page.goto("/me/messages/")
    look()
    return seen


def test_two_markers_blind_to_the_author_and_to_each_other(as_):
    registrar, tutor, second = as_("registrar"), as_("tutor"), as_("second")
    hidden = names_in(registrar, "IMSA-2025-09") + names_in(registrar, "IMSA-2026-09")
    assert len(hidden) == 48
    registrar.goto("/registry/allocation/")
    row = registrar.locator("tbody tr").first
    script = row.locator("th").inner_text()
    choose(row.get_by_label("First marker"), "Agnes Okafor")
    choose(row.get_by_label("Second marker"), "Tomasz Zieliński")
    follow(row.get_by_role("button"))

    mark(tutor, script, 61, hidden)
    tutor.goto(f"/marking/{script}/")
    assert not re.search(r"\b67\b", main(tutor))
    second.goto(f"/marking/{script}/")
    assert not re.search(r"\b61\b", main(second)), (
        "the second marker sees the first mark before sealing"
    )
    mark(second, script, 67, hidden)
    tutor.goto(f"/marking/{script}/")
    assert "64" in main(tutor), "the marker does not see how this mark was reached"

    board = call_board(registrar, SECOND_INTAKE, "A board to look at the marks")
    registrar.goto(board)
    assert script not in main(registrar), "a script number stands beside a student reference"
    follow(registrar.get_by_role("link", name="See the scripts"))
    row = registrar.locator("tbody tr", has=registrar.get_by_role("rowheader", name=script))
    assert [cell.inner_text() for cell in row.locator("td.num").all()][:2] == ["61", "67"]
    assert row.locator("td.num").last.inner_text() == "64"
    assert "provisional" in row.inner_text()


def call_board(page, cohort, title):
    day = today_of(page)
    page.goto("/boards/")
    page.get_by_label("Cohort", exact=True).select_option(label=cohort)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Day it meets").fill(day.isoformat())
    press(page, "Call this board")
    page.goto("/boards/")
    return page.get_by_role("link", name=title).get_attribute("href")


def check(page, number, surname, on=None):
    page.goto("/check/")
    page.get_by_label(re.compile("number")).fill(number)
    page.get_by_label("Family name").fill(surname)
    if page.get_by_label("Why you ask").is_visible():
        page.get_by_label("Why you ask").select_option("work")
    if on:
        page.get_by_text("Ask about an earlier day").click()
        page.locator("[name=on]").fill(on.isoformat())
    press(page, "Check")
    assert "/check/answers/" in page.url, main(page)
    return page.locator(".standing__label").inner_text()


def end_post(page, entry, last_day):
    page.goto(f"/hub/register/{entry}/")
    page.locator("[name=end-ends_on]").fill(last_day.isoformat())
    page.locator("[name=end-reason]").fill("The post was not renewed.")
    press(page, "Check before you end the post")
    press(page, "End the post")


def test_from_the_board_to_the_check(as_, new_page):
    registrar, examiner, hub, employer = (
        as_("registrar"),
        as_("examiner"),
        as_("hub"),
        as_("employer"),
    )
    public = new_page()
    board = call_board(registrar, FIRST_INTAKE, "November board")
    registrar.goto(board)
    assert not registrar.get_by_role("button", name=re.compile("Record the board")).count(), (
        "decides before the examiner"
    )
    examiner.goto("/examining/")
    follow(
        examiner.locator("section, li, tr")
        .filter(has_text="November board")
        .get_by_role("link")
        .first
    )
    examiner.get_by_label("Your comment for the board").fill(
        "The marks are sound and the feedback is specific."
    )
    examiner.get_by_label("The marking is sound", exact=True).check()
    press(examiner, "Send this to the board")
    registrar.goto(board)
    follow(registrar.get_by_role("link", name="Check the board’s decisions"))
    registrar.get_by_label("Who chaired the board").fill("Professor Margaret Oyelaran")
    press(registrar, "Record the board’s decisions")
    assert "provisional" not in registrar.locator("table").first.inner_text()

    registrar.goto("/registry/issue/")
    follow(registrar.get_by_role("link", name=f"Look and issue for {AMINA}"))
    press(registrar, "Issue the certificate")
    number = re.search(r"C-\w{4}-\w{4}", main(registrar)).group()
    with registrar.expect_download() as download:
        registrar.get_by_role("link", name=re.compile("Download")).click()
    content = download.value.path().read_bytes()
    assert content.startswith(b"%PDF") and b"/ByteRange" in content, "the certificate is not signed"

    assert check(public, number, "Yusuf") == "Accredited"
    today = today_of(hub)
    end_post(hub, entry_of(registrar, AMINA), today - timedelta(1))
    assert check(public, number, "Yusuf") == "Between posts"

    sian = imsa_number(as_("finished"))
    earlier = date(2026, 10, 1)
    assert check(employer, sian, "Llewellyn") == "Accredited"
    end_post(hub, "ER-0002", today - timedelta(1))
    assert check(employer, sian, "Llewellyn") == "Between posts"
    assert check(employer, sian, "Llewellyn", on=earlier) == "Accredited"

    unknown = {check(public, codes.new("IMSA"), "Llewellyn"), check(public, sian, "Wrongname")}
    assert unknown == {"Not found"}


def entry_of(page, name):
    page.goto("/registry/cohorts/IMSA-2025-09/")
    follow(page.get_by_role("link", name=name))
    return (
        page.locator("a[href*='/hub/register/']")
        .get_attribute("href")
        .rstrip("/")
        .rpartition("/")[2]
    )


def imsa_number(page):
    page.goto("/certificates/mine/")
    return re.search(r"IMSA-\w{4}-\w{4}", main(page)).group()
