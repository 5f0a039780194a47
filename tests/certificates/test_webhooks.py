"""What we sign is what other people's libraries accept: the convention's own library is the judge."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from certificates.signing.webhooks import new_secret, signed_headers

NOW = datetime(2026, 3, 2, 12, 0, 30, 750_000, tzinfo=UTC)
BODY = '{"type": "standing.changed", "data": {"holder": "Siân Ó Dónaill ﬁ 🙂"}}'.encode()


@pytest.fixture
def message():
    secret = new_secret()
    return secret, signed_headers(secret, "msg_1", BODY, NOW)


def judged(secret, headers, body=BODY, *, later=timedelta()):
    with time_machine.travel(NOW + later, tick=False):
        return Webhook(secret).verify(body, headers)


def test_a_receiver_with_the_library_accepts_our_message(message):
    assert judged(*message)["type"] == "standing.changed"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-signature": "v1," + "A" * 43 + "="},
    ],
)
def test_a_receiver_refuses_a_message_whose_number_or_moment_was_changed(message, change):
    secret, headers = message
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        judged(secret, headers | change)


def test_a_receiver_refuses_another_body_another_secret_and_an_old_message(message):
    secret, headers = message
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        judged(secret, headers, BODY.replace(b"standing", b"Standing"))
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        judged(new_secret(), headers)
    with pytest.raises(WebhookVerificationError, match="too old"):
        judged(secret, headers, later=timedelta(minutes=6))


def test_no_two_secrets_are_alike_and_each_is_as_long_as_the_convention_asks():
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    # Standard Webhooks: between 24 and 64 random bytes.
    assert all(24 <= len(b64decode(secret.removeprefix("whsec_"))) <= 64 for secret in secrets)
