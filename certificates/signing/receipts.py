"""A receipt as a signed text: what was asked, what was answered, and when; whoever has it can prove it later."""

from django.conf import settings

from .keys import Key
from .open_badges import RECEIPT, compact, read_token

KIND = "imsa-receipt"
NOT_TOLD = ("tone", "cy")  # how a page shows an answer, and the same in another language


def receipt_of(check, key: Key) -> str:
    """The receipt of one answer; the same text each time, while the key is the same."""
    claims = {
        "iss": f"{settings.SITE_URL}/issuer",
        "jti": check.receipt,
        "iat": int(check.asked_at.timestamp()),
        "kind": KIND,
        "asked": question_claims(check),
        "answer": answer_of(check),
    }
    return compact({"alg": "RS256", "typ": "JWT", "kid": key.kid}, claims, key)


def question_claims(check) -> dict:
    asked = {
        "number": check.asked_number,
        "family_name": check.asked_surname,
        "on": check.on_day.isoformat(),
    }
    return {**asked, "by": check.organisation.name} if check.organisation_id else asked


def answer_of(check) -> dict:
    return {name: value for name, value in check.answer.items() if name not in NOT_TOLD}


def read_receipt(text: str) -> dict:
    """The claims of a receipt of ours. Raises credentials.Refused with a sentence."""
    return read_token(text, RECEIPT).claims
