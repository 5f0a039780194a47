"""What every visitor does: follow a link or press a button that leads to another page, and read what is there."""

import contextlib
import re


def follow(locator):
    """Press it and wait until the page it leads to has loaded: a click alone returns while the old page still stands."""
    with locator.page.expect_navigation():
        locator.click()


@contextlib.contextmanager
def slow_script(page, name):
    """Inside, `static/js/<name>.js` has not come yet, as on a slow line; the page stands and can be used. After it, it comes."""
    waiting, is_over = [], []

    def hold(route):
        route.continue_() if is_over else waiting.append(route)

    page.route(re.compile(rf"/js/{name}(\.\w+)?\.js"), hold)
    yield
    is_over.append(True)
    for route in waiting:
        route.continue_()
    assert waiting, f"{name}.js was not asked for"


def main(page):
    return page.locator("main").inner_text()


def go(page, place):
    """To a place of the reader's own navigation."""
    follow(page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=True))


def read_whole(page):
    """All parts of the open unit on one page, where it has several; from then on it is so for every unit."""
    contents = page.locator(".unit-contents details")
    if not contents.count():
        return
    button = contents.get_by_role("button", name="Show all parts on one page")
    if contents.get_attribute("open") is None:
        contents.locator("summary").click()
    if button.count():
        follow(button)
