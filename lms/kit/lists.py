"""One page of a list, read from the database, and an address that can be shared."""

from urllib.parse import urlencode

from django.core.paginator import Page, Paginator

A_PAGE = 25


def page_of(rows, number, *, length=A_PAGE, count=None) -> Page:
    """The rows of one page of a QuerySet, read once; a number that is none, or past the end, is the nearest page there is.

    `rows` needs an order in which no two rows are equal, or rows may be shown twice. `count`: how many there are, where that is known.
    """
    page = Paginator(range(rows.count() if count is None else count), length).get_page(number)
    begin = (page.number - 1) * length
    page.object_list = list(rows[begin : begin + length]) if page.paginator.count else []
    return page


def chosen(query, **choices) -> dict[str, str]:
    """What an address chooses of each list of answers (name=answers); anything else is the first answer."""
    return {
        name: query[name] if query.get(name) in answers else next(iter(answers))
        for name, answers in choices.items()
    }


def words_of(query, name="q", longest=100) -> str:
    """What was typed into a search, without a character that no database takes."""
    return query.get(name, "").replace("\0", "").strip()[:longest]


def address(**query) -> str:
    """The part of an address after “?” that says what is not empty; it ends in “&” for a page's number to follow."""
    kept = {name: value for name, value in query.items() if value}
    return f"{urlencode(kept)}&" if kept else ""
