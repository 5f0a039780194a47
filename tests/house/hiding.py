"""Where somebody can be asked about, and what is asked there: one row for each address the resolver knows, read by test_hiding.

`ASKED`: doors at which a person may be asked about, with their questions. `SHUT`: a person's own things, which neither a stranger nor
another organisation opens. `NOTHING`: addresses that take nothing which belongs to a person, with the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLResolver, get_resolver

from lms.kit import codes

# Whole parts of the site that other makers wrote; the editor opens to authors and reviewers alone (lms/people/middleware.py).
WHOLE = {
    "admin/": "the editor: for those who write and review what is taught",
    "documents/": "documents of what is taught",
    "accounts/2fa/": "the reader's own factors",
}


def addresses() -> dict[str, str]:
    """Row to route, of every pattern the resolver knows; one without a name is called by its route."""

    def walk(patterns, before="", namespace=""):
        for p in patterns:
            route = before + str(p.pattern)
            if route.startswith("accounts/2fa/"):
                continue
            if not isinstance(p, URLResolver):
                yield (f"{namespace}:{p.name}" if namespace else p.name) if p.name else route, route
            elif route not in WHOLE:
                yield from walk(p.url_patterns, route, p.namespace or namespace)

    return dict(walk(get_resolver().url_patterns))


@dataclass
class Person:
    """Somebody as an asker knows them. Nobody has numbers and names too, and no paper."""

    number: str
    imsa: str
    surname: str
    given: str
    older: str = ""
    newer: str = ""
    former: str = "Elder"
    email: str = ""
    files: list = field(default_factory=list)  # PDFs as they were issued
    badges: list = field(default_factory=list)  # their credentials
    kept: list = field(default_factory=list)  # receipt numbers of answers given before
    secret: str = ""  # of a link of their own
    ended: str = ""  # of one that is over
    keys: dict = field(default_factory=dict)  # of rows about them that others may not open

    @property
    def bare(self):
        return self.imsa.removeprefix("IMSA-").lower()

    @property
    def mistyped(self):
        """The number with another character at its end, which the check character finds."""
        return self.number[:-1] + next(c for c in codes.ALPHABET if c != self.number[-1])

    def own(self) -> list[str]:
        """What of a page is theirs, the longest first."""
        numbers = [
            self.number,
            self.imsa,
            self.older,
            self.newer,
            self.mistyped,
            self.number[:-1] + "O",
            self.imsa[:-1],
            self.bare,
            self.number[2:6],
        ]
        found = [
            *numbers,
            *(n.replace("-", " ") for n in numbers),
            self.surname,
            self.given,
            self.email,
            self.secret,
            self.ended,
        ]
        for badge in self.badges:
            found += [str(badge.uid), str(badge.subject)]
        return sorted({one for one in found if one}, key=len, reverse=True)


def nobody() -> Person:
    """Numbers that nobody has."""
    return Person(
        codes.numbered("C", 12_345_678_901),
        codes.numbered("IMSA", 9_876_543_210),
        "Dykesq",
        "Dorisq",
        older=codes.numbered("C", 15_151_515_151),
        email="dykesq@example.org",
    )


@dataclass(frozen=True)
class Question:
    """`ask(visitor, person)`. The withheld are compared with `twin`: “nobody”, or “common”, somebody who is not withheld."""

    ask: Callable
    twin: str
    settings: dict = field(default_factory=dict)
    only: tuple = ("anonymous", "contact")


# ---- the check, by number and name ----


def the_right_name(visitor, person):
    """From the form to the receipt that proves it, in both languages."""
    visitor.get("/check/", {"number": person.number})
    answer = visitor.check(person.number, person.surname)
    visitor.get(answer, {"in": "cy"})
    receipt = visitor.get(f"{answer}receipt.jwt").content.decode()
    visitor.posted("/receipts/", {"pasted": receipt})
    visitor.posted("/receipts/", {"pasted": answer.split("/")[-2]})


def each_way_of_naming_them(visitor, person):
    for number in (person.imsa, person.bare, person.older, person.number.lower().replace("-", " ")):
        visitor.check(number, person.surname)
    visitor.check(person.imsa, person.former)


def another_name(visitor, person):
    for name in ("Wrong", "wrong-er", "O’Wrong"):
        visitor.check(person.number, name)
        visitor.check(person.imsa, name)


def each_day(visitor, person):
    """Days before they were certified, the day of today, and days that are refused."""
    for day in ("2025-01-01", "2026-07-19", "2026-07-20", "2024-12-31", "2026-07-21", "in May"):
        visitor.check(person.number, person.surname, on=day)


def what_cannot_be_read(visitor, person):
    for number, name in (
        (person.mistyped, person.surname),
        (person.imsa[:-1], person.surname),
        (person.number[:-1] + "O", person.surname),
        ("", person.surname),
        (person.number, ""),
        (person.number, "x" * 151),
        (person.number, "12"),
        (person.number * 4, person.surname),
    ):
        visitor.check(number, name)


def until_no_more_names_are_answered(visitor, person):
    """One asker uses up their names; another who missed once has no more, and one who did not has one."""
    visitor.check(person.number, "Wrong", at=2)
    for _ in range(4):
        visitor.check(person.number, person.surname, at=1)
    visitor.check(person.number, "Wrong", at=1)
    visitor.check(person.number, person.surname, at=2)
    visitor.check(person.number, person.surname, at=3)


def until_the_hub_is_told(visitor, person):
    for number in (person.number, person.imsa, person.older, person.number):
        visitor.check(number, person.surname)


def until_everybody_is_too_fast(visitor, person):
    for _ in range(3):
        visitor.check(person.imsa, person.surname)


# ---- what somebody has in hand ----


def the_badge(visitor, person):
    for credential in person.badges:
        for accept in ("text/html", "application/json", "*/*", ""):
            visitor.get(f"/credentials/{credential.uid}", accept=accept)
        visitor.send("head", f"/credentials/{credential.uid}")
        visitor.send("post", f"/credentials/{credential.uid}", {})


def its_list_of_bits(visitor, person):
    for credential in person.badges:
        visitor.get(f"/status/{credential.status_list_id}")


def the_file(visitor, person):
    """The PDF, and the same changed, cut short, and with something after its end."""
    for content in person.files:
        middle = len(content) // 2
        changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        for given in (content, changed, content[:middle], content + b"\n"):
            visitor.posted("/certificates/verify/", {"file": SimpleUploadedFile("c.pdf", given)})


def the_badge_as_a_file(visitor, person):
    from certificates.document import drawing
    from certificates.signing import open_badges

    for credential in person.badges:
        is_award = credential.kind == "award"
        for given in (
            credential.token.encode(),
            open_badges.baked_png(drawing.badge_png(is_award), credential.token),
            open_badges.baked_svg(drawing.badge_svg(is_award), credential.token).encode(),
            credential.token[:-9].encode(),
        ):
            visitor.posted("/certificates/verify/", {"file": SimpleUploadedFile("badge", given)})
        visitor.posted("/certificates/verify/", {"text": f"> {credential.token}"})
        visitor.posted("/receipts/", {"pasted": credential.token})


def files_until_it_is_too_often(visitor, person):
    for _ in range(3):
        visitor.posted("/certificates/verify/", {"text": person.badges[-1].token})


def their_own_link(visitor, person):
    visitor.get(f"/proof/{person.secret}/")
    visitor.posted(f"/proof/{person.secret}/", {})
    visitor.get(f"/proof/{person.ended}/")
    visitor.posted(f"/proof/{person.ended}/", {})


def answers_given_before(visitor, person):
    """Kept answers, of the check and of a link, open and over."""
    for receipt in person.kept:
        visitor.get(f"/check/answers/{receipt}/")
        visitor.get(f"/check/answers/{receipt.lower()}/", {"in": "cy"})
        token = visitor.get(f"/check/answers/{receipt}/receipt.jwt").content.decode()
        visitor.posted("/receipts/", {"pasted": token})
        visitor.posted("/receipts/", {"pasted": receipt})


# ---- an organisation that has nothing to do with them ----


def a_list(visitor, person):
    """Pasted and as a file; its page, its files, and what the organisation asked before."""
    lines = [
        (person.number, person.surname, "a"),
        (person.imsa, person.surname, "b"),
        (person.number, "Wrong", "c"),
        (person.mistyped, person.surname, "d"),
    ]
    text = "\n".join("\t".join(line) for line in lines)
    for day in ("", "2026-07-01", "2026-08-01"):
        visitor.posted(
            "/employer/lists/", {"pasted": text, "purpose": "work", "why": "A rota", "on": day}
        )
    table = "Number,Family name,Reference\n" + "\n".join(",".join(line) for line in lines)
    page = visitor.posted(
        "/employer/lists/",
        {"file": SimpleUploadedFile("people.csv", table.encode()), "purpose": "refer"},
    )
    for ending in ("csv", "xlsx"):
        visitor.get(f"{page.request['PATH_INFO']}answers.{ending}")
    visitor.get("/employer/lists/")
    visitor.get("/employer/history/")
    visitor.get("/employer/history/", {"number": person.number[2:6]})


def a_list_past_its_limits(visitor, person):
    for _ in range(2):
        lines = [f"{person.number}\t{name}" for name in (person.surname, "Wrong", "Wronger")] + [
            f"{person.imsa}\t{person.surname}"
        ]
        visitor.posted("/employer/lists/", {"pasted": "\n".join(lines), "purpose": "work"})


def to_watch_them(visitor, person):
    given = {"purpose": "work", "ends_on": "2027-01-01"}
    for text in (
        f"{person.number}\t{person.surname}\tours",
        f"{person.number}\tWrong",
        person.mistyped,
    ):
        visitor.posted("/employer/watches/", {**given, "pasted": text})
    visitor.posted("/employer/watches/", {"action": "clear"})
    for page in (
        "/employer/watches/",
        "/employer/machines/",
        "/employer/history/",
        "/employer/",
        "/today/",
    ):
        visitor.get(page)


def as_a_peer(visitor, person):
    """Everybody signed in keeps a log, and may name a colleague in it."""
    entry = f"/certificates/log/{visitor.entry}/"
    for number, name in (
        (person.imsa, person.surname),
        (person.number, person.surname),
        (person.imsa, "Wrong"),
        (person.mistyped, person.surname),
    ):
        visitor.posted(entry, {"action": "peer", "number": number, "surname": name})
    visitor.get(entry)
    visitor.get("/certificates/log/")


def by_key(visitor, person):
    given = {"purpose": "work", "why": "A rota"}
    for number, name in (
        (person.number, person.surname),
        (person.imsa, person.surname),
        (person.older, person.surname),
        (person.bare, person.former),
        (person.number, "Wrong"),
        (person.mistyped, person.surname),
    ):
        visitor.api("post", "check", {**given, "number": number, "family_name": name})
    for day in ("2026-07-01", "2024-01-01", "2027-01-01"):
        visitor.api(
            "post",
            "check",
            {**given, "number": person.number, "family_name": person.surname, "on": day},
        )
    visitor.api("post", "check", {"number": person.number})
    visitor.api("get", "checks")


def a_list_by_key(visitor, person):
    lines = [
        {"number": number, "family_name": name, "reference": "r"}
        for number, name in (
            (person.number, person.surname),
            (person.number, "Wrong"),
            (person.mistyped, person.surname),
        )
    ]
    visitor.api("post", "lists", {"purpose": "work", "lines": lines})
    visitor.api("post", "lists", {"purpose": "work", "lines": lines, "on": "2026-07-01"})
    visitor.api("get", "checks")


def by_key_past_its_limits(visitor, person):
    for _ in range(3):
        visitor.api(
            "post",
            "check",
            {"purpose": "work", "number": person.number, "family_name": person.surname},
        )


def to_watch_them_by_key(visitor, person):
    line = {"number": person.number, "family_name": person.surname, "reference": "r"}
    visitor.api(
        "post",
        "watches",
        {
            "purpose": "work",
            "ends_on": "2027-01-01",
            "lines": [line, {**line, "family_name": "Wrong"}],
        },
    )
    visitor.api("get", "watches")
    visitor.api("get", "changes")
    visitor.api("delete", f"watches/{person.keys.get('watch', 999_999)}")


def a_post_by_key(visitor, person):
    """A system that says somebody works at its organisation learns nothing of whether they are here."""
    facts = {
        "email": person.email,
        "post": "Advocate",
        "nations": ["england"],
        "starts_on": "2026-01-01",
    }
    for dry_run in ("true", "false"):
        visitor.api("put", f"posts/NEW-1?dry_run={dry_run}", facts)
    visitor.api("post", "posts", {"posts": [{**facts, "external_id": "NEW-2"}]})
    visitor.api("get", "posts")


# ---- getting in ----


def their_address(visitor, person):
    """A sign-in that fails, and a new password."""
    for login in ("not the password", "nor this"):
        visitor.posted("/accounts/login/", {"login": person.email, "password": login})
    visitor.posted("/accounts/password/reset/", {"email": person.email})


MISSES = {"IMSA_MISSES": "3/h"}
BY_NUMBER = [
    Question(the_right_name, "nobody"),
    Question(each_way_of_naming_them, "nobody"),
    Question(another_name, "nobody"),
    Question(another_name, "common"),
    Question(each_day, "nobody"),
    Question(what_cannot_be_read, "nobody"),
    Question(what_cannot_be_read, "common"),
    Question(
        until_no_more_names_are_answered,
        "nobody",
        {"IMSA_MISSES_PER_NUMBER": "4/d", "IMSA_MISSES_PER_NUMBER_OF_ALL": "4/d"},
    ),
    Question(until_the_hub_is_told, "nobody", MISSES),
    Question(until_everybody_is_too_fast, "nobody", {"IMSA_CHECKS_PER_ADDRESS": "2/m"}),
]
FILES = [
    Question(the_file, "common"),
    Question(the_badge_as_a_file, "common"),
    Question(files_until_it_is_too_often, "common", {"IMSA_CHECKS_PER_ADDRESS": "2/m"}),
]
KEPT = [Question(answers_given_before, "common"), Question(the_right_name, "nobody")]
CONTACT, KEY = ("contact",), ("key",)
LISTS = [
    Question(a_list, "nobody", only=CONTACT),
    Question(
        a_list_past_its_limits,
        "nobody",
        {"IMSA_MISSES_PER_NUMBER": "2/d", "IMSA_LIST_MISSES": "2/d"},
        CONTACT,
    ),
]
WATCHES = [Question(to_watch_them, "nobody", only=CONTACT)]
BY_KEY = [
    Question(by_key, "nobody", {"IMSA_MISSES_PER_NUMBER": "50/d"}, KEY),
    Question(by_key_past_its_limits, "nobody", {"IMSA_LIST_MISSES": "2/d"}, KEY),
    Question(by_key_past_its_limits, "nobody", {"IMSA_MISSES_PER_NUMBER": "2/d"}, KEY),
]
POSTS_BY_KEY = [Question(a_post_by_key, "nobody", only=KEY)]
WATCHES_BY_KEY = [Question(to_watch_them_by_key, "nobody", only=KEY)]

ASKED = {
    "certificates:check": BY_NUMBER,
    "certificates:answer": KEPT,
    "certificates:receipt_file": KEPT,
    "certificates:receipts": KEPT,
    "certificates:verify": FILES,
    "certificates:credential": [Question(the_badge, "common")],
    "certificates:status": [Question(its_list_of_bits, "common")],
    "certificates:share_link": [Question(their_own_link, "common")],
    "certificates:lists": LISTS,
    "certificates:list_answer": LISTS,
    "certificates:list_file": LISTS[:1],
    "certificates:history": LISTS[:1],
    "certificates:watches": WATCHES,
    "certificates:employer": WATCHES,
    "certificates:api_clients": WATCHES,
    "people:today": WATCHES,
    "certificates:cpd_log": [Question(as_a_peer, "nobody", only=CONTACT)],
    "certificates:cpd_log_entry": [Question(as_a_peer, "nobody", only=CONTACT)],
    "register:check": BY_KEY,
    "register:lists": [Question(a_list_by_key, "nobody", only=KEY)],
    "register:checks": [*BY_KEY[:1], Question(a_list_by_key, "nobody", only=KEY)],
    "register:watches": WATCHES_BY_KEY,
    "register:watch": WATCHES_BY_KEY,
    "register:stop": WATCHES_BY_KEY,
    "register:changes": WATCHES_BY_KEY,
    "register:supply": POSTS_BY_KEY,
    "register:supply_many": POSTS_BY_KEY,
    "register:own_posts": POSTS_BY_KEY,
    "account_login": [Question(their_address, "common", only=("anonymous",))],
    "account_reset_password": [Question(their_address, "common", only=("anonymous",))],
    "account_reset_password_done": [Question(their_address, "common", only=("anonymous",))],
}


# ---- a person's own things, which neither a stranger nor another organisation opens ----


def by_pk(of, **more):
    return lambda person: {"pk": person.keys.get(of, 999_999), **more}


def by_certificate(**more):
    return lambda person: {"number": person.number, **more}


SHUT = {
    "certificates:certificate": by_certificate(),
    "certificates:certificate_pdf": by_certificate(),
    "certificates:reissue": by_certificate(),
    "certificates:revoke": by_certificate(),
    "certificates:badge": by_certificate(kind="accreditation", form="png"),
    "certificates:reply": by_pk("proposal"),
    "certificates:proposal": by_pk("proposal"),
    "certificates:end_share_link": by_pk("proof"),
    "certificates:peer_discussion": by_pk("entry"),
    "certificates:end_watch": by_pk("watch"),
    "certificates:request": by_pk("request"),
    "certificates:concern": by_pk("concern"),
    "certificates:renewal_decide": by_pk("renewal"),
    "certificates:pending": by_pk("pending"),
    "certificates:rescission": by_pk("rescission"),
    **{
        f"certificates:{name}": by_pk("enrolment")
        for name in (
            "person",
            "decide",
            "decide_check",
            "open_concern",
            "withholding",
            "withholding_check",
            "working_name",
            "temporary",
            "issue_one",
        )
    },
    "cohorts:post_report": by_pk("post_report"),
    "cohorts:supplied_post": by_pk("supplied_post"),
    "cohorts:enrolment": by_pk("enrolment", code="TEST-25"),
    "assessments:due_dates_of": by_pk("enrolment"),
    "assessments:adjustments_of": by_pk("enrolment"),
    "assessments:tutored": by_pk("enrolment", code="TEST-25"),
    "assessments:contact_entry": by_pk("enrolment", code="TEST-25", entry=1),
    "assessments:holds": by_pk("enrolment"),
    "assessments:transcripts": by_pk("enrolment"),
    "assessments:transcript_file": by_pk("enrolment", number=1),
    "assessments:claim": by_pk("claim"),
    "assessments:prior_claim": by_pk("prior_claim"),
    "assessments:own_prior_claim": by_pk("prior_claim"),
    "assessments:claim_to_recommend": by_pk("prior_claim"),
    "assessments:prior_evidence": by_pk("prior_claim", number=1),
    "assessments:own_prior_file": by_pk("prior_claim", number=1),
    "assessments:portfolio_office": by_pk("enrolment"),
    "assessments:supervise": by_pk("sign_off"),
    "assessments:appeal": by_pk("appeal"),
    "assessments:case": by_pk("case"),
    "assessments:case_file": by_pk("case"),
    "assessments:resemblance": by_pk("case"),
    "assessments:resemblance_file": by_pk("case", number=1),
    "assessments:letter": by_pk("case"),
    "assessments:appeal_evidence": by_pk("appeal", number=1),
    "assessments:own_appeal_file": by_pk("appeal", code="IMSA701", number=1),
    "assessments:evidence": by_pk("claim", number=1),
    "assessments:own_evidence": by_pk("claim", code="701-ESSAY", number=1),
    "assessments:leaver": lambda person: {"enrolment": person.keys.get("enrolment", 999_999)},
    "assessments:chairs_action": lambda person: {
        "pk": 1,
        "enrolment": person.keys.get("enrolment", 999_999),
    },
    "cohorts:enrolment_action": by_pk("enrolment", code="TEST-25", action="nations"),
    "cohorts:cancel_change": by_pk("change"),
    "cohorts:nomination": by_pk("nomination"),
    "cohorts:nomination_action": by_pk("nomination", action="offer"),
    "cohorts:withdraw_nomination": by_pk("nomination"),
    "cohorts:status_change": by_pk("enrolment", code="TEST-25", change="last-day"),
    "cohorts:entry": lambda person: {"reference": person.keys.get("post", "E999999")},
    "cohorts:entry_action": lambda person: {
        "reference": person.keys.get("post", "E999999"),
        "action": "end",
    },
    "assessments:receipt": lambda person: {"receipt": person.keys.get("submission", "R999999")},
    **{
        f"assessments:{name}": lambda person: {"number": person.keys.get("script", "SC999999")}
        for name in (
            "script",
            "seal",
            "save_typing",
            "script_file",
            "script_view",
            "decline",
            "flag",
            "correct",
            "discussion",
            "verdict",
            "verdict_file",
            "verdict_view",
            "feedback",
            "recording",
            "script_tasks",
        )
    },
    "assessments:sample_script": lambda person: {
        "pk": 1,
        "number": person.keys.get("script", "SC999999"),
    },
    **{
        f"assessments:{name}": lambda person: {
            "number": person.keys.get("script", "SC999999"),
            "pk": 1,
        }
        for name in ("feedback_file", "verdict_feedback", "discussion_feedback")
    },
    "assessments:own_feedback": lambda person: {"pk": 1},
    "assessments:sample_feedback": lambda person: {
        "pk": 1,
        "number": person.keys.get("script", "SC999999"),
        "file": 1,
    },
    "assessments:sample_view": lambda person: {
        "pk": 1,
        "number": person.keys.get("script", "SC999999"),
    },
    "assessments:sample_file": lambda person: {
        "pk": 1,
        "number": person.keys.get("script", "SC999999"),
    },
    "people:send_invitation": by_pk("person"),
    "people:address": by_pk("person"),
    "certificates:begin_merge": by_pk("person"),
    "certificates:merge_check": by_pk("person", other=1),
    "certificates:merge": lambda person: {"pk": 999999},
    "people:cancel_address": by_pk("person"),
    "people:approve_address": by_pk("person"),
    "people:reopen_account": by_pk("person"),
    "people:recovery": by_pk("recovery"),
    "people:contact_of": by_pk("person"),
    "people:bounce_close": by_pk("bounce"),
    "people:display_name": by_pk("display_name"),
    "people:accept_name": by_pk("display_name"),
    "people:note": by_pk("contact_note"),
    "people:note_text": by_pk("contact_note"),
    "people:note_readers": by_pk("contact_note"),
    "people:note_remove": by_pk("contact_note"),
    "people:mail_again": by_pk("mail"),
    "people:mail_close": by_pk("mail"),
    "courses:attendance": lambda person: {"pk": 1, "person": person.keys.get("person", 999_999)},
    "courses:reflection": by_pk("writing"),
    "courses:own_note": by_pk("writing"),
    "courses:erase": by_pk("writing"),
    "courses:share": by_pk("writing"),
}

# ---- what takes nothing that belongs to a person ----

OF_READER = "shows the reader their own, and takes no number, name or key of anyone else's"
TAUGHT = "what is taught; its address names a text, a session or a change of law"
FOR_ALL = "the same for everyone, and for programs"
OFFICE = "opens to an office alone; its address names no person"
OF_CALENDAR = (
    "a secret that one person made for their own calendar; it gives dates and no one's name"
)
OF_LINK = "a secret that was mailed to one person, who alone opens it; it looks at no entry"
NOTHING = {
    OF_READER: (
        "cohorts:discussions",
        "cohorts:discussion",
        "cohorts:discussion_new",
        "cohorts:discussion_moderation",
        "cohorts:discussion_thread",
        "cohorts:discussion_post",
        "cohorts:discussion_edit",
        "cohorts:discussion_action",
        "cohorts:discussion_post_action",
        "cohorts:own_surveys",
        "cohorts:own_survey",
        "cohorts:survey_reminders",
        "cohorts:organisations_for_contact",
        "cohorts:contact_confirm",
        "cohorts:posts",
        "certificates:my_certificates",
        "certificates:checks",
        "certificates:my_entry",
        "certificates:renewal",
        "certificates:new_entry",
        "certificates:share_links",
        "certificates:peer_discussions",
        "certificates:end_api_client",
        "assessments:study",
        "assessments:own_contact",
        "assessments:dates",
        "assessments:date_reminders",
        "assessments:own_message",
        "assessments:own_reminders",
        "assessments:work",
        "assessments:answers",
        "assessments:recovery",
        "assessments:own_adjustments",
        "assessments:begin_upload",
        "assessments:upload_pieces",
        "assessments:text",
        "assessments:save_text",
        "assessments:text_versions",
        "assessments:text_version",
        "assessments:piece",
        "assessments:check",
        "assessments:claims_of",
        "assessments:prior_learning",
        "assessments:new_portfolio_entry",
        "assessments:portfolio_entry",
        "assessments:portfolio_item",
        "assessments:supervising",
        "assessments:appeal_of",
        "assessments:own_file",
        "assessments:own_transcripts",
        "assessments:own_transcript_file",
        "assessments:own_transcripts_of",
        "assessments:own_transcript_file_of",
        "people:me",
        "people:own_messages",
        "people:read_message",
        "people:read_all_messages",
        "people:reading",
        "people:own_name",
        "people:own_address",
        "people:own_contact",
        "people:own_notes",
        "people:sessions",
        "people:end_session",
        "people:end_others",
        "courses:own_sessions",
        "courses:attend",
        "courses:own_calendar",
        "courses:own_sessions_file",
        "courses:notes",
        "courses:new_note",
        "courses:notes_text",
        "courses:notes_json",
        "courses:my_study_data",
        "courses:own_place",
        "courses:my_study_json",
        "courses:offline_sync",
        "courses:offline",
        "courses:top_up",
        "accounts/email/",
        "account_email",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "account_email_verification_sent",
    ),
    TAUGHT: (
        "courses:module",
        "courses:module_epub",
        "courses:module_pdf",
        "courses:unit",
        "courses:variant",
        "courses:studied",
        "courses:check",
        "courses:activity",
        "courses:challenge_answer",
        "courses:poll",
        "courses:later",
        "courses:place",
        "courses:layout",
        "courses:reflect",
        "courses:handbook",
        "courses:rights",
        "courses:search",
        "courses:glossary",
        "courses:contacts",
        "courses:versions",
        "courses:version",
        "courses:compare",
        "courses:offline_shell",
        "courses:offline_unit",
        "courses:offline_manifest",
        "courses:offline_module",
        "courses:offline_page",
        "courses:worker",
        "courses:law",
        "courses:law_change",
        "courses:top_up_preview",
        "courses:top_up_sending",
        "courses:provision",
        "courses:change_law",
        "courses:put_law_right",
        "courses:law_proposal",
        "courses:undo_law_change",
        "courses:whose_programme",
        "courses:import",
        "courses:import_look",
        "courses:authoring",
        "courses:authoring_report",
        "courses:side_by_side",
        "courses:challenges",
        "courses:challenge",
        "courses:confirm_reviewed",
        "courses:urgent",
        "courses:you_said",
        "courses:publish_response",
        "courses:withdraw_response",
        "courses:consult",
        "courses:suggest",
        "courses:suggestions",
        "courses:suggestion",
        "courses:sessions",
        "courses:new_session",
        "courses:new_series",
        "courses:attendance_code",
        "courses:cohort_calendars",
        "cohorts:meeting_file",
        "courses:session",
        "courses:sessions_list_file",
        "courses:attendance_file",
        "courses:change_session",
        "courses:session_file",
        "courses:reflections",
        "picture",
        "home",
        "wagtail_serve",
        "wagtailcore_authenticate_with_password",
        "documents/<number:document_id>/<path:document_filename>",
    ),
    FOR_ALL: (
        "cohorts:apply",
        "cohorts:places",
        "cohorts:places_sent",
        "cohorts:apply_sent",
        "certificates:issuer",
        "record:checkpoints",
        "record:newest",
        "record:checkpoint",
        "certificates:jwks",
        "certificates:key",
        "certificates:achievement",
        "certificates:badge_picture",
        "certificates:api_docs",
        "hub_register:openapi-json",
        "hub_register:api-root",
        "register:openapi-json",
        "register:api-root",
        "nothing_here",
        "gallery",
        "people:demonstration",
        "account_signup",
        "admin/login/",
        "admin/account/",
        "wagtailcore_login",
    ),
    OFFICE: (
        "certificates:hub_keys",
        "certificates:end_hub_key",
        "hub_register:posts",
        "hub_register:export",
        "hub_register:supply",
        "cohorts:organisations_file",
        "cohorts:calls_file",
        "cohorts:applications_file",
        "cohorts:nominations_file",
        "cohorts:posts_file",
        "cohorts:posts_outside_file",
        "cohorts:planned_changes_file",
        "certificates:renewals_file",
        "people:bounces_file",
        "courses:closures_file",
        "assessments:progress_file",
        "assessments:tutored_cohorts",
        "assessments:tutored_cohort",
        "assessments:write_to_people",
        "assessments:tutor_messages",
        "assessments:tutor_message",
        "assessments:announcements",
        "assessments:announcement",
        "courses:closures",
        "courses:closure",
        "certificates:edit_design",
        "certificates:preview_design",
        "certificates:designs",
        "certificates:design",
        "certificates:design_pdf",
        "certificates:registry",
        "certificates:issue_list",
        "certificates:issue_all",
        "certificates:issue_run",
        "certificates:hub",
        "certificates:people",
        "certificates:people_search",
        "certificates:people_search_file",
        "certificates:merges",
        "certificates:renewals",
        "certificates:rules",
        "certificates:look_ahead",
        "certificates:picture",
        "certificates:picture_file",
        "certificates:pending_check",
        "assessments:queue",
        "assessments:snippets",
        "assessments:own_interests",
        "assessments:away",
        "assessments:away_package",
        "assessments:interests",
        "assessments:share_out",
        "assessments:examining",
        "assessments:examine",
        "assessments:exports",
        "assessments:new_export_profile",
        "assessments:export_profile",
        "assessments:edit_export_profile",
        "assessments:export_board",
        "assessments:export_cohort",
        "assessments:export_receipt",
        "assessments:export_file",
        "assessments:record_codes",
        "assessments:record_codes_of",
        "assessments:boards",
        "assessments:board",
        "assessments:check_board",
        "assessments:members",
        "assessments:minutes",
        "assessments:minutes_file",
        "assessments:board_pack",
        "assessments:pack_downloads",
        "assessments:own_boards",
        "assessments:change_board",
        "assessments:board_scripts",
        "assessments:allocation",
        "assessments:notes",
        "assessments:unmaskings",
        "assessments:note",
        "assessments:late_answers",
        "assessments:late_answers_of",
        "assessments:claims",
        "assessments:prior_claims",
        "assessments:claims_to_recommend",
        "assessments:appeals",
        "assessments:misconduct",
        "assessments:scripts",
        "assessments:to_moderate",
        "assessments:moderations",
        "assessments:mark_statistics",
        "assessments:moderation_of",
        "assessments:discussions",
        "assessments:discussion_of",
        "assessments:corrections",
        "assessments:correction",
        "assessments:correction_feedback",
        "assessments:release",
        "assessments:release_marks",
        "assessments:assessments",
        "assessments:new_assessment",
        "assessments:assessment",
        "assessments:version",
        "assessments:preview",
        "assessments:new_question",
        "assessments:question",
        "assessments:new_section",
        "assessments:section",
        "assessments:new_scenario",
        "assessments:scenario",
        "assessments:bank",
        "assessments:statistics",
        "assessments:choose_question_file",
        "assessments:question_file",
        "assessments:export_questions",
        "assessments:leaders",
        "assessments:rule_sets",
        "assessments:new_rules",
        "assessments:cohort_rules",
        "assessments:unmaskings_examined",
        "assessments:papers",
        "assessments:paper",
        "assessments:cohort_dates",
        "assessments:due_dates",
        "cohorts:imports",
        "cohorts:import_sample",
        "cohorts:import",
        "cohorts:import_write",
        "cohorts:import_check",
        "cohorts:import_drop",
        "cohorts:import_refused",
        "cohorts:cohorts",
        "cohorts:cohort",
        "cohorts:enrol_one",
        "cohorts:planned_changes",
        "cohorts:export_people",
        "cohorts:discussion_switch",
        "cohorts:surveys",
        "cohorts:new_survey",
        "cohorts:survey",
        "cohorts:survey_response",
        "cohorts:survey_file",
        "cohorts:survey_action",
        "cohorts:question_sets",
        "cohorts:new_question_set",
        "cohorts:question_set",
        "cohorts:intake",
        "cohorts:intake_of",
        "cohorts:open_applications",
        "cohorts:nominations",
        "cohorts:new_nomination",
        "cohorts:export_cohorts",
        "cohorts:timetable",
        "cohorts:applications",
        "cohorts:form_versions",
        "cohorts:form_version",
        "cohorts:new_form_question",
        "cohorts:form_question",
        "cohorts:form_checklist",
        "cohorts:review",
        "cohorts:review_file",
        "cohorts:review_action",
        "cohorts:organisations",
        "cohorts:organisation",
        "cohorts:call",
        "cohorts:organisation_decide",
        "cohorts:organisation_history",
        "cohorts:room_action",
        "cohorts:organisation_contacts",
        "cohorts:contact_end",
        "cohorts:register",
        "cohorts:new_post",
        "cohorts:register_export",
        "cohorts:posts_unanswered",
        "cohorts:posts_outside",
        "people:recoveries",
        "people:bounces",
        "people:mail_reports",
        "people:display_names",
        "people:mail",
        "people:mail_again_all",
    ),
    OF_CALENDAR: ("courses:calendar_feed",),
    OF_LINK: (
        "people:invitation",
        "assessments:sign_off",
        "cohorts:application",
        "cohorts:application_page",
        "cohorts:application_saved",
        "cohorts:application_check",
        "cohorts:application_answer",
        "cohorts:application_withdraw",
        "cohorts:application_file",
        "cohorts:offer",
        "cohorts:employer_answer",
        "cohorts:place_application",
        "cohorts:place_page",
        "cohorts:place_withdraw",
        "people:confirm_address",
        "people:refuse_address",
        "certificates:answer_merge",
        "account_confirm_login_code",
        "account_confirm_email",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    ),
}
