"""A first visit to a unit page is light: sent compressed, at most 60 KB with its fonts; of the longest unit, a text of more than an hour, 72 KB."""

import pytest


@pytest.mark.parametrize(
    "path, most",
    [("/study/units/701-3/scotland/", 72), ("/study/units/701-1/all/", 60), ("/study/", 60)],
)
def test_a_first_visit_is_light(path, most, page, as_person):
    as_person(page, "trainee")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    addresses, weights = {}, {}
    session.on(
        "Network.responseReceived",
        lambda got: addresses.update({got["requestId"]: got["response"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda done: weights.update({done["requestId"]: done["encodedDataLength"]}),
    )
    page.goto(path)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    sent = {
        addresses.get(which, which).rpartition("/")[2]: int(weight)
        for which, weight in weights.items()
    }
    assert any(name.endswith(".css") for name in sent) and any(
        name.endswith(".woff2") for name in sent
    ), sent
    assert sum(weights.values()) <= most * 1024, sent
    print(f"{path}: {sum(weights.values()) / 1024:.1f} KB", sent)


def test_a_page_with_secrets_is_not_compressed(page):
    answers = {path: page.request.get(path).headers for path in ("/", "/accounts/login/")}
    assert answers["/"]["content-encoding"] == "gzip"
    assert "content-encoding" not in answers["/accounts/login/"]


def test_a_second_visit_fetches_no_style_again(page):
    first = page.request.get("/static/css/site.css")
    assert (
        first.headers["content-encoding"] == "gzip"
        and "accept-encoding" in first.headers["vary"].lower()
    )
    again = page.request.get(
        "/static/css/site.css", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status == 304
