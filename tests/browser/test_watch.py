"""The watch that every browser test stands under does see a request that leaves the site."""


def test_a_request_to_another_host_is_seen_and_stopped(new_page):
    page = new_page(bypass_csp=True)
    page.goto("/")
    assert (
        page.evaluate("fetch('http://elsewhere.invalid/').then(() => 'answered', () => 'stopped')")
        == "stopped"
    )
    assert new_page.outside == ["http://elsewhere.invalid/"]
    new_page.outside.clear()
