"""What cannot be read at all is answered with a sentence, and what was typed is said to be still there."""

import pytest


@pytest.mark.django_db
def test_too_much_at_once_says_how_much_and_what_to_do(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = client.post("/check/", {"number": "x" * 2000})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "6 MB" in page and "what you wrote should still be there" in page
