"""Styles and scripts reach a browser packed once, whichever way it takes them."""

import gzip

import pytest
from django.http import HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

from lms.kit.middleware import Small

STYLE = b".page { color: inherit; }\n" * 400
BROTLI = b"as collectstatic packed it for brotli"


@pytest.mark.parametrize("is_collected", [True, False])
@pytest.mark.parametrize("accepted", ["", "gzip", "gzip, deflate, br"])
def test_a_style_is_what_it_was_once_it_is_unpacked(
    settings, tmp_path, rf, monkeypatch, is_collected, accepted
):
    """A production site has the packed files that collectstatic made; packing those again left every page without its styles."""
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH, settings.WHITENOISE_USE_FINDERS = (
        tmp_path,
        False,
        False,
    )
    monkeypatch.setattr(Small, "packed", {})
    (tmp_path / "site.css").write_bytes(STYLE)
    if is_collected:
        (tmp_path / "site.css.gz").write_bytes(gzip.compress(STYLE))
        (tmp_path / "site.css.br").write_bytes(BROTLI)
    answer = Small(WhiteNoiseMiddleware(lambda request: HttpResponse(status=404)))(
        rf.get("/static/site.css", headers={"accept-encoding": accepted})
    )
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200
    packed = answer.get("Content-Encoding", "")
    assert packed in accepted and bool(packed) == bool(accepted)
    assert body == {"": STYLE, "br": BROTLI}.get(packed, body)
    if packed == "gzip":
        assert gzip.decompress(body) == STYLE
