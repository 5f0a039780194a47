"""Every mail has one layout: plain words first and the same words as HTML, the next step and the site's address; and it loads nothing."""

import re

import html5lib
import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context as request_context
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.html import escape

from lms.people import invitations, mail_layout
from lms.people.actions import admit, tell
from lms.people.encryption import encrypt
from lms.people.models import Mail
from lms.people.outbox import BELOW, OPENING, PURPOSE, post
from lms.people.roles import Operator
from lms.people.sending import send_due

from ..house.html import faults
from .test_mail import MESSAGES, context

pytestmark = pytest.mark.django_db
BY = Operator("test")
SITE = "https://learning.imsa.example"
HOSTILE = """<img src=x onerror=alert(1)> "><script>alert(2)</script> & 'one'"""


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL, settings.IMSA_HUB_REACHED = SITE, "020 7946 0000"


@pytest.fixture
def una():
    return admit(
        by=BY, email="una@imsa.example", first_name="Una", last_name="O'Brien", known_as="Uny"
    )


def sent(mailoutbox):
    """The one mail that is due, and its HTML."""
    assert send_due() == {"sent": 1}
    [mail] = mailoutbox
    [(html, kind)] = mail.alternatives
    assert kind == "text/html"
    return mail, html


def words_of(html):
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return " ".join("".join(tree.find("body").itertext()).split())


def links_of(html):
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [a.get("href") for a in tree.iter("a")]


def is_in_the_layout(mail, html):
    """What every mail must be, whoever queued it."""
    assert mail.body.startswith(f"{mail_layout.GREETING}\n\n")
    words, mark, foot = mail.body.rpartition(mail_layout.FOOT)
    assert mark and foot.startswith(
        f"{mail_layout.SITE}\n{SITE}\n\nYou received this email because "
    )
    assert foot.endswith("\nYou cannot reply to this email.")
    assert words_of(html) == " ".join(mail.body.replace(mail_layout.FOOT, "\n\n").split()), (
        "the same words, in the same order"
    )
    alone = [line for line in mail.body.splitlines() if line.startswith(SITE)]
    assert [link for link in links_of(html) if link in alone] == alone
    assert all(link.startswith(f"{SITE}/") or link == SITE for link in links_of(html))
    assert not re.search(r"<(?:img|link|script|iframe)|\bsrc=|url\(|@import", html)
    assert 'lang="en-GB"' in html and not faults(html)
    assert "Uny" not in mail.body and "O'Brien" not in mail.body, "a table shows it to a room"
    return words.splitlines()


def test_a_message_has_its_heading_and_the_next_step(una, mailoutbox):
    tell(una, "Work submitted", "We have your file.\n\nThank you.", "/my-work/")
    mail, html = sent(mailoutbox)
    lines = is_in_the_layout(mail, html)
    assert lines[2] == OPENING and html.count("<h1>Work submitted</h1>") == 1
    step = lines.index(f"{SITE}/my-work/")
    assert lines[step - 1].startswith("Open this page") and 'class="step"' in html


def test_a_message_with_nothing_to_open_leads_to_the_messages(una, mailoutbox):
    tell(una, "A word", "Nothing to open.")
    lines = is_in_the_layout(*sent(mailoutbox))
    assert lines[lines.index(f"{SITE}/me/messages/") - 1].startswith("Sign in to read")


def test_an_invitation_brings_its_link_in_both_forms(una, mailoutbox):
    link = invitations.invite(una, by=BY)
    mail, html = sent(mailoutbox)
    assert link in is_in_the_layout(mail, html) and link in links_of(html)


def test_what_a_library_sends_has_the_layout_too(mailoutbox):
    body = f"The page was sent to you for review. You can read it here: {SITE}/admin/pages/3/."
    send_mail("A page’s title", body, None, ["wanda@imsa.example"])
    mail, html = sent(mailoutbox)
    is_in_the_layout(mail, html)
    assert f"{SITE}/admin/pages/3/" in links_of(html) and "title" not in mail.subject
    assert "because this address was given to IMSA Learning" in mail.body
    assert mail.body.startswith(f"Hello,\n\n{BELOW}\n\nA page’s title\n\n")


@pytest.mark.parametrize("prefix", MESSAGES)
def test_every_mail_about_an_account_has_the_layout(prefix, una, rf, mailoutbox):
    with request_context.request_context(rf.get("/", headers={"host": "testserver"})):
        link = f"{SITE}/accounts/key/"
        more = {"code": "ABC-DEF" if "code" in prefix else "", "password_reset_url": link}
        adapter = get_adapter(request_context.request)
        adapter.send_mail(prefix, una.email, context(una, activate_url=link, **more))
    mail, html = sent(mailoutbox)
    lines = is_in_the_layout(mail, html)
    if "code" in prefix.rpartition("/")[2] and "recovery" not in prefix:
        assert "ABC-DEF" in lines
    elif not prefix.endswith("unknown_account"):
        assert any(line.startswith(f"{SITE}/") for line in lines), "a next step"
    assert "because you have an account" in mail.body


def test_what_a_person_wrote_is_words_and_never_html_or_a_link_of_ours(una, mailoutbox):
    wrote = f"{HOSTILE}\nhttps://elsewhere.example/x\n{SITE}.elsewhere.example/\n{SITE}@elsewhere.example/\njavascript:alert(3)"
    tell(una, HOSTILE, wrote, "/study/")
    mail, html = sent(mailoutbox)
    assert HOSTILE in mail.body, "plain words are plain"
    assert html.count(escape(HOSTILE)) == 2 and "<script" not in html and "<img" not in html
    assert links_of(html) == [f"{SITE}/study/", SITE]


def test_an_address_of_ours_cannot_end_the_attribute_it_stands_in(una, mailoutbox):
    tell(una, "A word", f'{SITE}/"onmouseover="alert(1)')
    _, html = sent(mailoutbox)
    assert "onmouseover=" in words_of(html) and not re.search(r'"onmouseover', html)


def test_mail_queued_by_an_earlier_version_goes_out_as_it_was_written(una, mailoutbox):
    text = (
        "Hello,\n\nThis is an automatic message from IMSA Learning.\n"
        f"{SITE}/me/\n\nAn old heading\n\nOld words.\n\nIMSA Learning"
    )
    mail = post(una.email, "You have a new message", "", person=una)
    Mail.objects.filter(pk=mail.pk).update(encrypted_body=encrypt(text, PURPOSE))
    found, html = sent(mailoutbox)
    assert found.body == text and words_of(html) == " ".join(text.split())
    assert links_of(html) == [f"{SITE}/me/"] and not faults(html)
    assert "<footer" not in html, "a message, not small print"
    assert found.extra_headers["Message-ID"] == mail.message_id


def test_the_kept_text_is_what_is_sent_whatever_the_settings_say_by_then(una, mailoutbox, settings):
    """A repeat after a kill is the same mail."""
    tell(una, "A word", "Words.", "/study/")
    settings.SITE_URL = "https://new.imsa.example"
    mail, html = sent(mailoutbox)
    assert f"{SITE}/study/" in mail.body and "new.imsa" not in mail.body + html


@pytest.mark.parametrize(
    ("sender", "is_said"),
    [
        ("IMSA Learning <no-reply@imsa.example>", True),
        ("noreply@imsa.example", True),
        ("Do-Not-Reply@imsa.example", True),
        ("IMSA office <office@imsa.example>", False),
        ("no-reply office <office@imsa.example>", False),
    ],
)
def test_that_nobody_reads_answers_is_said_only_where_it_is_true(sender, is_said, settings):
    settings.DEFAULT_FROM_EMAIL = sender
    assert ("cannot reply" in mail_layout.foot(has_account=True)) is is_said


def test_a_subject_is_one_line_and_html_shows_it_as_words(una, mailoutbox):
    post(una.email, "A line\r\nBcc: other@imsa.example <b>", "Words.", person=una)
    mail, html = sent(mailoutbox)
    assert mail.subject == "IMSA Learning: A line Bcc: other@imsa.example <b>"
    assert mail.recipients() == [una.email] and "&lt;b&gt;</title>" in html


def test_a_mark_of_a_foot_that_a_person_typed_hides_nothing(una, mailoutbox):
    """Mail programs fold what follows the mark, and the next step stands there."""
    post(una.email, "A word", f"Words.\n\n-- \nSmall print?\n\nOpen it:\n{SITE}/study/", person=una)
    mail, html = sent(mailoutbox)
    before, mark, _ = mail.body.partition(mail_layout.FOOT)
    assert mark and f"{SITE}/study/" in before and mail.body.count(mail_layout.FOOT) == 1
    assert f"{SITE}/study/" in html.partition("<footer")[0]


def test_an_older_mail_with_a_typed_mark_has_no_foot(una, mailoutbox):
    text = f"Hello,\n\nWords.\n\n-- \nMore.\n\n{SITE}/study/"
    mail = post(una.email, "A word", "", person=una)
    Mail.objects.filter(pk=mail.pk).update(encrypted_body=encrypt(text, PURPOSE))
    found, html = sent(mailoutbox)
    assert found.body == text and "<footer" not in html and words_of(html) == " ".join(text.split())


def test_wagtails_mail_greets_nobody_by_name(una):
    words = render_to_string(
        "wagtailadmin/notifications/base.txt", {"user": una, "settings": {}, "request": None}
    )
    assert "Hello" not in words and "Una" not in words and "preferences" in words
