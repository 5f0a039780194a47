"""Every letter that leaves here is ours: no host as a name, no greeting from a machine, no invitation to sign up."""

from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.template.loader import get_template, render_to_string

from lms.kit import clock
from lms.people.actions import admit, tell
from lms.people.models import Mail
from lms.people.roles import Operator
from lms.people.sending import send_due

pytestmark = pytest.mark.django_db
BY = Operator("test")
THEIRS = Path(allauth.__file__).parent / "templates"
MESSAGES = sorted(
    str(path.relative_to(THEIRS)).removesuffix("_message.txt")
    for room in ("account", "mfa")
    for path in (THEIRS / room / "email").glob("*_message.txt")
    if not path.name.startswith("base_")
)
HOST = "stray-host.example:8932"
FORBIDDEN = (
    "Hello from",
    HOST,
    "sign up",
    "signup",
    "register an account",
    "example.com",
    "Thank you for using",
    "!",
    "&#x27;",
    "&amp;",
)


class Site:
    name = domain = HOST


def context(person, **more):
    return {
        "email": "o'brien@imsa.example",
        "user": person,
        "current_site": Site(),
        "password_reset_url": "https://learn/key?a=1&b=2",
        "signup_url": f"https://{HOST}/accounts/signup/",
        "activate_url": "https://learn/confirm/k",
        "key": "k",
        "timestamp": clock.now(),
        "from_email": "old@imsa.example",
        "to_email": "new@imsa.example",
        "deleted_email": "old@imsa.example",
        "ip": "192.0.2.7",
        "user_agent": "Stray/1.0",
        **more,
    }


@pytest.fixture
def someone():
    return admit(by=BY, email="o'brien@imsa.example", first_name="Una", last_name="O'Brien")


def test_there_are_letters_to_look_at():
    assert {
        "account/email/password_reset_key",
        "account/email/unknown_account",
        "mfa/email/totp_activated",
    } <= set(MESSAGES)


# An address is confirmed by a link or by a code; the other codes are always there.
@pytest.mark.parametrize(
    ("prefix", "code"),
    [(p, "ABC-DEF") for p in MESSAGES] + [(p, "") for p in MESSAGES if "email_confirmation" in p],
)
def test_every_letter_allauth_can_send_is_in_our_words(prefix, code, someone, rf):
    from allauth.core import context as request_context

    for part in ("subject", "message"):
        source = Path(get_template(f"{prefix}_{part}.txt").origin.name)
        assert source.is_relative_to(settings.BASE_DIR / "lms" / "templates"), (
            "allauth’s own would go out"
        )
    with request_context.request_context(rf.get("/", headers={"host": "testserver"})):
        letter = get_adapter().render_mail(prefix, someone.email, context(someone, code=code))
    words = f"{letter.subject}\n{letter.body}"
    assert letter.subject.startswith("IMSA Learning: ") and len(letter.subject) > 20
    assert not letter.alternatives, "the HTML is made of this text when it is sent"
    assert not [w for w in FORBIDDEN if w.lower() in words.lower()], words
    assert "IMSA Learning" not in letter.body and "{{" not in words and "\n\n\n" not in letter.body
    if code not in letter.body and not prefix.endswith("unknown_account"):
        assert any(line.startswith("http") for line in letter.body.splitlines()), "a next step"
    if "password_reset_key" in prefix:
        assert "https://learn/key?a=1&b=2" in letter.body
    if prefix.endswith(("login_code", "reset_code")) or ("email_confirmation" in prefix and code):
        assert code in letter.body


def test_the_two_bases_are_ours_too():
    for name in ("base_message", "base_notification"):
        assert "Hello" not in render_to_string(
            f"account/email/{name}.txt", {"timestamp": clock.now(), "current_site": Site()}
        )


def test_a_new_password_is_asked_for_and_the_letter_says_how(client, someone, mailoutbox):
    someone.set_password("eleven brown hens in a long coat")
    someone.save()
    client.post("/accounts/password/reset/", {"email": someone.email})
    assert not mailoutbox and "http" not in Mail.objects.get().encrypted_body, (
        "no request talks to a mail server"
    )
    assert send_due()["sent"] == 1 and Mail.objects.get().encrypted_body == ""
    [letter] = mailoutbox
    assert (
        letter.subject == "IMSA Learning: Choose a new password"
        and letter.from_email == settings.DEFAULT_FROM_EMAIL
    )
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    page = client.get(link, follow=True).content.decode()
    assert (
        "Your new password" in page
        and "The new password again" in page
        and "At least 12 characters." in page
    )
    assert "(again)" not in page and "can’t be too similar" not in page and "can&#x27;t" not in page


def test_whoever_asks_for_a_link_does_not_choose_where_it_leads(client, someone, mailoutbox):
    """Another program of the same machine, at a port of its own, would be given the key to the account."""
    assert (
        client.post(
            "/accounts/password/reset/",
            {"email": someone.email},
            headers={"host": "testserver:4444"},
        ).status_code
        == 302
    )
    assert send_due()["sent"] == 1 and "4444" not in mailoutbox[0].body
    link = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("http"))
    assert link.startswith(f"{settings.SITE_URL}/accounts/password/reset/key/")
    assert "Your new password" in client.get(link, follow=True).content.decode()


def test_nobody_without_an_account_is_sent_anything(client, mailoutbox, someone):
    """Anybody could have our domain write to any address; and a stranger's question changes nothing of an account."""
    from allauth.account.models import EmailAddress

    unknown = client.post("/accounts/password/reset/", {"email": "stranger@elsewhere.example"})
    known = client.post("/accounts/password/reset/", {"email": someone.email})
    send_due()
    assert [letter.to for letter in mailoutbox] == [[someone.email]]
    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
    assert not EmailAddress.objects.exists()


def test_a_weak_password_is_refused_in_our_words(client, someone):
    someone.set_password("eleven brown hens in a long coat")
    someone.save()
    client.force_login(someone)
    for weak, words in {
        "password1234": "Many people choose this password",
        "o'brien@imsa.example": "close to your name or address",
        "short": "at least 12 characters",
    }.items():
        fields = {
            "oldpassword": "eleven brown hens in a long coat",
            "password1": weak,
            "password2": weak,
        }
        page = client.post("/accounts/password/change/", fields).content.decode()
        assert words in page, weak
        assert "Your password now" in page and "Forgotten your password?" in page
    someone.refresh_from_db()
    assert someone.check_password("eleven brown hens in a long coat")


def test_our_own_messages_have_the_same_form(someone, mailoutbox, settings):
    settings.IMSA_HUB_REACHED = "020 7946 0000"
    tell(
        someone, "Your accreditation\nis suspended", "We have your file.", "/my-work/receipts/R-1/"
    )
    tell(someone, "Bare", "Nothing to open.")
    assert send_due()["sent"] == 2
    assert {m.subject for m in mailoutbox} == {"IMSA Learning: You have a new message"}, (
        "a locked phone shows it"
    )
    first, bare = mailoutbox
    assert (
        first.to == [someone.email]
        and f"We have your file.\n\nOpen this page to read more or take the next step:\n{settings.SITE_URL}/my-work/receipts/R-1/\n"
        in first.body
    )
    assert first.body.index("Your accreditation\nis suspended") > 150, (
        "not in what a locked phone shows of the text"
    )
    assert (
        f"Sign in to read this message on the site:\n{settings.SITE_URL}/me/messages/\n"
        in bare.body
    )
    for letter in mailoutbox:
        assert (
            "the IMSA Model Hub: 020 7946 0000" in letter.body
            and letter.body.startswith("Hello,\n\n")
            and "\n\n-- \nIMSA Learning\n" in letter.body
        )
