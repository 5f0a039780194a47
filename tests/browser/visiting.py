"""What every visitor does: follow a link or press a button that leads to another page, and read what is there."""


def follow(locator):
    """Press it and wait until the page it leads to has loaded: a click alone returns while the old page still stands."""
    with locator.page.expect_navigation():
        locator.click()


def main(page):
    return page.locator("main").inner_text()


def go(page, place):
    """To a place of the reader's own navigation."""
    follow(page.get_by_role("navigation", name="Main").get_by_role("link", name=place, exact=True))
