"""Two accounts of one person become one: by two officers and the owner of both mailboxes; nothing that was issued changes, and it can be undone."""

from datetime import date, timedelta

import pytest
from django.test import Client

from certificates.accreditation.standing_wording import words_for
from certificates.actions import answer_check, withhold
from certificates.actions.account_merges import (
    answer_merge,
    confirm_merge,
    confirm_separation,
    drop_merge,
    propose_merge,
    propose_separation,
)
from certificates.models import (
    AccountMerge,
    Certificate,
    Check,
    Watch,
    Withholding,
)
from certificates.queries import load_facts
from certificates.queries.account_merges import preview_of_merge
from certificates.queries.people_search import people_found
from cohorts.employment.models import Employment
from cohorts.enrolment.models import Enrolment
from cohorts.enrolment.queries import account_of
from courses.models import Study
from lms.kit import clock
from lms.kit.refusals import NotAllowed, Refused
from lms.people.encryption import decrypt
from lms.people.models import FormerAccount, FormerName, Mail, Notice, Role, RoleGrant, User
from lms.people.safe_contact import write_note
from lms.people.same_person import addresses_of, person_of, traits_of
from lms.record.models import Entry
from tests.shared import begins_with, copy_of

from . import scene
from .scene import BEGUN, TODAY

pytestmark = pytest.mark.django_db
SPAN = [date(2025, 8, 1) + timedelta(days=7 * n) for n in range(150)]


def make_two():
    """Siân: a certificate under one address, another cohort, a post and more study under another, with her name before she married."""
    held = scene.certified(email="sian@harbour.example")
    person = held.enrolment.person
    with clock.at(TODAY - timedelta(days=300)):
        account = scene.person("Siân", "Pryce", Role.LEARNER, email="sian@home.example")
        account.set_password("a long password of hers")
        account.save()
    second = scene.cohort_of("TEST-26")
    plan = scene.StudyPlan.objects.create(
        person=account,
        programme=scene.programme(),
        nations=["scotland"],
        opened_on=BEGUN,
        closed_on=TODAY,
    )
    enrolment = Enrolment.objects.create(
        cohort=second,
        person=account,
        plan=plan,
        student_reference="PRYCE-1",
        enrolled_on=BEGUN + timedelta(days=60),
    )
    scene.study(account, ["scotland"])
    scene.hand_in(enrolment)
    scene.award(enrolment)
    FormerName.objects.create(
        person=account, first_name="Siân", last_name="Rees", until_day=date(2025, 9, 20)
    )
    scene.employ(
        account, scene.organisation("LANTERN", "Lanternby"), ["scotland"], date(2026, 8, 1)
    )
    for day, who in ((BEGUN, account), (BEGUN + timedelta(days=3), person)):
        Study.objects.filter(person=who, version__variant__key="all").update(
            studied_at=scene.at(day)
        )
    return {
        "held": held,
        "person": person,
        "account": account,
        "enrolment": enrolment,
        "first": scene.registrar(),
        "second": scene.hub_officer(),
    }


@pytest.fixture(autouse=True)
def today():
    with clock.at(TODAY):
        yield


@pytest.fixture
@begins_with(make_two)
def two():
    return copy_of(make_two)


def proposed(two, **more):
    return propose_merge(
        two["account"], two["person"], "She told us by telephone.", by=two["first"], **more
    )


def merged(two):
    made = proposed(two)
    for secret in made.links.values():
        answer_merge(secret, is_owner=True)
    return confirm_merge(made, by=two["second"])


def standings(*people):
    found = load_facts([one.pk for one in people])
    return [
        [(s.code, s.nations, s.conditions) for s in (found.standing(one.pk, day) for day in SPAN)]
        for one in people
    ]


def whole_entry(enrolments, posts):
    """One account to which all was entered from the start: what the merged one is compared with."""
    twin = scene.person("Siân", "Llewellyn", Role.LEARNER, email="twin@test.example")
    Enrolment.objects.filter(pk__in=enrolments).update(person=twin)
    Employment.objects.filter(pk__in=posts).update(person=twin)
    return twin


@pytest.mark.both_engines
def test_the_merged_person_stands_as_one_to_whom_all_was_entered(two):
    account, person = two["account"], two["person"]
    enrolments = [*Enrolment.objects.values_list("pk", flat=True)]
    posts = [*Employment.objects.filter(person__in=(account, person)).values_list("pk", flat=True)]
    apart = standings(account, person)
    shown = preview_of_merge(account, person).standings[2]
    number, certificate = person.imsa_number, two["held"].number
    made = merged(two)
    assert [one.pk for one in person.enrolments.all()] and not account.enrolments.exists()
    (together,) = standings(person)
    assert standings(account) == [[("not_found", (), "")] * len(SPAN)] and together not in apart
    stood = load_facts([person.pk]).standing(person.pk, TODAY)
    assert shown == words_for(stood.code), "the preview says what then is"
    first = Study.objects.get(person=person, version__variant__key="all")
    assert first.studied_at == scene.at(BEGUN), "the earlier of two studies of one text counts"
    # Plain reading: the same enrolments and posts, and every study, at one account.
    twin = whole_entry(enrolments, posts)
    for row in Study.objects.filter(person__in=(person, account)).order_by("studied_at"):
        Study.objects.get_or_create(
            person=twin, version=row.version, defaults={"studied_at": row.studied_at}
        )
    assert standings(twin) == [together]
    whole = Enrolment.objects.filter(person=twin)
    whole.update(person=person)
    Employment.objects.filter(person=twin).update(person=person)
    # The check: both numbers and every name, as before.
    for asked, name in (
        (number, "Llewellyn"),
        (number, "Pryce"),
        (number, "Rees"),
        (certificate, "Llewellyn"),
    ):
        assert answer_check(asked, name).answer["code"] != "not_found", (asked, name)
    assert Check.objects.exclude(person=person).count() == 0
    assert answer_check(number, "Jones").answer["code"] == "not_found"
    # Whoever has the old address is found, and nobody signs in with it.
    old = "sian@home.example"
    assert person_of(old) == person == account_of(old) and old in addresses_of(person)
    assert {"sianpryce", "sianrees", old} <= traits_of([person.pk])[person.pk]
    for words in (old, "Pryce", "Rees", "PRYCE-1", certificate):
        assert list(people_found(words)) == [person], words
    account.refresh_from_db()
    assert not account.is_active and old not in account.email
    assert made.state == "merged" and confirm_merge(made, by=two["second"]).pk == made.pk
    assert FormerAccount.objects.count() == 1
    letter = Mail.objects.get(to=old, subject__contains="Your accounts")
    assert person.email not in decrypt(letter.encrypted_body, "mail"), "others may read it there"
    entries = Entry.objects.filter(action="certificates.merge_accounts")
    assert {e.thing for e in entries} == {f"people.user:{p.pk}" for p in (account, person)}
    assert not [e for e in entries if "Pryce" in str(e.after) or "@" in str(e.after)]


@pytest.mark.both_engines
def test_a_wrong_merge_is_undone_row_by_row(two):
    account, person = two["account"], two["person"]

    def all_rows():
        return [
            [*model.objects.order_by("pk").values_list("pk", column)]
            for model, column in (
                (Enrolment, "person"),
                (Employment, "person"),
                (Study, "person"),
                (RoleGrant, "person"),
                (Certificate, "enrolment__person"),
                (Withholding, "person"),
                (User, "email"),
            )
        ] + [[*Study.objects.order_by("pk").values_list("studied_at", flat=True)]]

    before, stood = all_rows(), standings(account, person)
    made = merged(two)
    assert all_rows() != before
    since = scene.employ(person, scene.organisation("NEW", "New House"), starts_on=TODAY)
    with pytest.raises(Refused, match="why"):
        propose_separation(made, " ", by=two["first"])
    with clock.at(TODAY + timedelta(days=91)), pytest.raises(Refused, match="too long ago"):
        propose_separation(made, "Two sisters.", by=two["first"])
    made = propose_separation(made, "Two sisters.", by=two["first"])
    with pytest.raises(NotAllowed):
        confirm_separation(made, by=two["first"])
    taken = scene.person("Other", "Person", email="sian@home.example")
    with pytest.raises(Refused, match="address"):
        confirm_separation(made, by=two["second"])
    taken.delete()
    made = confirm_separation(made, by=two["second"])
    assert confirm_separation(made, by=two["second"]).state == "separated"
    assert since.employment.person == person, "what came since stays where it came"
    rows = all_rows()
    rows[1] = [row for row in rows[1] if row[0] != since.employment_id]
    assert rows == before
    account.refresh_from_db()
    assert account.is_active and person_of("sian@home.example") == account
    assert standings(account) == stood[:1] and not FormerAccount.objects.exists()


def test_two_officers_and_both_mailboxes_or_nothing(two):
    account, person, first, second = (two[k] for k in ("account", "person", "first", "second"))

    def nothing():
        return not FormerAccount.objects.exists() and account.enrolments.count() == 1

    for by in (account, person, scene.person("Tom", "Tutor", Role.TUTOR)):
        with pytest.raises(NotAllowed):
            propose_merge(account, person, "x", by=by)
    namesake = scene.person("Siân", "Llewellyn", Role.HUB_OFFICER)
    with pytest.raises(NotAllowed, match="yours"):
        propose_merge(account, person, "x", by=namesake)
    made = proposed(two)
    assert proposed(two).pk == made.pk and AccountMerge.objects.count() == 1
    with pytest.raises(Refused, match="already"):
        propose_merge(person, account, "The other way.", by=second)
    assert Mail.objects.filter(subject__contains="Are both").count() == 2
    assert Notice.objects.filter(person=second).count() == 1
    with pytest.raises(NotAllowed):
        confirm_merge(made, by=first)
    with pytest.raises(Refused, match="links"):
        confirm_merge(made, by=second)
    answer_merge(made.links["account"], is_owner=True)
    with pytest.raises(Refused, match="links"):
        confirm_merge(made, by=second)
    assert nothing()
    answer_merge(made.links["person"], is_owner=False)
    made.refresh_from_db()
    assert made.state == "dropped" and nothing()
    with pytest.raises(Refused, match="dropped"):
        answer_merge(made.links["account"], is_owner=True)
    with pytest.raises(Refused):
        confirm_merge(made, by=second)
    with pytest.raises(Refused, match="know"):
        answer_merge("none", is_owner=True)
    made = proposed(two, identity_check="Rang the number on file; saw the passport.")
    scene.employ(account, scene.organisation("NEW", "New House"), starts_on=TODAY)
    with pytest.raises(Refused, match="changed since"):
        confirm_merge(made, by=second)
    assert nothing()
    made = drop_merge(made, "Not sure.", by=second)
    assert made.state == "dropped" and nothing()


def test_what_stands_in_the_way_is_said_and_nothing_is_done(two):
    account, person = two["account"], two["person"]
    Enrolment.objects.filter(pk=two["enrolment"].pk).update(cohort=two["held"].enrolment.cohort)
    with pytest.raises(Refused, match="one enrolment in a cohort"):
        proposed(two)
    Enrolment.objects.filter(pk=two["enrolment"].pk).update(state="left", left_on=TODAY)
    with pytest.raises(Refused, match="both have work"):
        proposed(two)
    Enrolment.objects.filter(pk=two["enrolment"].pk).update(state="enrolled", left_on=None)
    Enrolment.objects.filter(pk=two["enrolment"].pk).update(cohort=scene.cohort_of("TEST-26"))
    grant = RoleGrant.objects.create(
        person=account, role=Role.TUTOR, starts_on=BEGUN, granted_by="test"
    )
    with pytest.raises(Refused, match="duties"):
        proposed(two)
    grant.delete()
    label = account.record_label
    post = Employment.objects.get(person=person)
    line = post.lines.get()
    line.pk, line.number, line.confirmed_by = None, 2, label
    line.save(force_insert=True)
    with pytest.raises(Refused, match="confirmed"):
        proposed(two)
    assert not AccountMerge.objects.exists() and account.enrolments.count() == 1


def test_who_is_hidden_stays_hidden_and_registrars_are_not_told(two, client):
    account, person = two["account"], two["person"]
    client = scene.sign_in(client, two["first"])
    url = f"/registry/people/{account.pk}/merge/{person.pk}/"
    before = client.get(url).content.decode()
    withhold(account, "x", by=two["second"])
    write_note(account, by=account, text="Ring", readers=[two["second"]], token="t")
    after = client.get(url).content.decode()
    strip = [line for line in before.splitlines() if "csrf" not in line]
    assert strip == [line for line in after.splitlines() if "csrf" not in line]
    Withholding.objects.create(
        person=person, mode="hub", from_day=TODAY, reason="x", decided_by="test"
    )
    Watch.objects.bulk_create(
        [
            Watch(
                organisation=scene.organisation(),
                person=one,
                asked_number="1",
                asked_surname="x",
                purpose="work",
                ends_on=TODAY + timedelta(days=90),
            )
            for one in (account, person)
        ]
    )
    merged(two)
    assert answer_check(person.imsa_number, "Llewellyn").answer["code"] == "not_found"
    assert Watch.objects.filter(ended_at=None).get().person == person
    made = AccountMerge.objects.get()
    made = propose_separation(made, "Two sisters.", by=two["first"])
    page = client.get(f"/registry/merges/{made.pk}/").content.decode()
    assert "What was moved goes back." in page, "and not how many rows"
    confirm_separation(made, by=two["second"])
    for one in (account, person):
        assert one.withholdings.filter(until_day=None).exists(), "neither is shown by separating"
    assert Watch.objects.filter(ended_at=None).count() == 2


def test_an_officer_goes_from_the_search_to_the_merge_and_the_owner_answers(two, client):
    account, person = two["account"], two["person"]
    client = scene.sign_in(client, two["first"])
    page = client.post("/registry/people/", {"q": "Pryce"}, follow=True).content.decode()
    url = f"/registry/people/{account.pk}/merge/"
    assert url in page
    page = client.post(url, {"other": "nobody@test.example"}).content.decode()
    assert "no account" in page and "nobody@test.example" in page
    page = client.post(url, {"other": person.email}, follow=True).content.decode()
    for words in ("PRYCE-1", "former name", "Lanternby", "Keep the other account instead"):
        assert words in page, words
    check = f"{url}{person.pk}/"
    page = client.post(check, {"reason": "", "identity_check": "typed"}).content.decode()
    assert "Enter why both" in page and "typed" in page
    client.post(check, {"reason": "She told us."})
    made = AccountMerge.objects.get()
    link = f"/registry/merges/{made.pk}/"
    page = client.get(link).content.decode()
    assert "Another registrar" in page and "She told us." in page
    namesake = scene.person("Siân", "Pryce", Role.REGISTRAR, email="namesake@test.example")
    page = scene.sign_in(Client(), namesake).get(link).content.decode()
    assert "Ask another registrar" in page and "She told us." not in page
    assert link in client.get("/registry/merges/").content.decode()
    client.logout()
    assert client.get("/accounts/merge/none/").status_code == 404
    made = proposed_again(made, two)
    for secret in made.links.values():
        page = client.get(f"/accounts/merge/{secret}/").content.decode()
        assert "Pryce" not in page and "@" not in page.split("<main")[1].split("</main")[0]
        page = client.post(f"/accounts/merge/{secret}/", {"answer": "yes"}, follow=True)
        assert "Thank you" in page.content.decode()
    client = scene.sign_in(client, two["second"])
    link = f"/registry/merges/{made.pk}/"
    shown = client.get(link).content.decode()
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    assert client.post(link, {"action": "confirm", "seen": "0"}).status_code == 409
    client.post(link, {"action": "confirm", "seen": seen})
    made.refresh_from_db()
    assert made.state == "merged"
    client.post(link, {"action": "separate", "reason": "Two sisters."})
    entries = Entry.objects.count()
    for _twice in range(2):
        assert client.post(link, {"action": "stay"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "merged" and Entry.objects.count() == entries + 1
    client.post(link, {"action": "separate", "reason": "Two sisters."})
    client.logout()
    client = scene.sign_in(client, two["first"])
    assert "What was moved goes back" in client.get(link).content.decode()
    client.post(link, {"action": "confirm_separation"})
    made.refresh_from_db()
    assert made.state == "separated" and client.get(link).status_code == 200


def proposed_again(made, two):
    """The links are in the mails alone: propose anew to have them."""
    drop_merge(made, "x", by=two["first"])
    return proposed(two)


def test_an_unused_enrolment_in_the_same_cohort_stays_behind(two):
    account, person = two["account"], two["person"]
    spare = scene.person("Siân", "Llewellyn", Role.LEARNER, email="typo@harbour.example")
    plan = scene.StudyPlan.objects.create(
        person=spare,
        programme=scene.programme(),
        nations=["england"],
        opened_on=BEGUN,
        closed_on=TODAY,
    )
    left = Enrolment.objects.create(
        cohort=two["held"].enrolment.cohort,
        person=spare,
        plan=plan,
        student_reference="SPARE-1",
        enrolled_on=BEGUN,
        state="left",
        left_on=TODAY,
    )
    (before,) = standings(person)
    two |= {"account": spare}
    merged(two)
    left.refresh_from_db()
    plan.refresh_from_db()
    assert left.person == plan.person == spare and standings(person) == [before]
    assert account.enrolments.exists() and list(people_found("typo@harbour.example")) == [person]


def test_the_registrys_home_counts_what_a_second_officer_has_to_confirm(two, rows_read):
    def home(who):
        client = Client()
        scene.sign_in(client, who)
        page = client.get("/registry/").content.decode()
        return "two accounts to confirm" in page and "/registry/merges/" in page

    other = scene.person("Other", "Registrar", Role.REGISTRAR, email="other@test.example")
    made = proposed(two)
    assert not home(other), "its owner has not answered"
    for secret in made.links.values():
        answer_merge(secret, is_owner=True)
    assert home(other) and not home(two["first"]), "who proposed it confirms nothing"
    confirm_merge(made, by=other)
    assert not home(other)
    propose_separation(made, "They are two people.", by=other)
    assert not home(other) and home(two["first"])
    client = Client()
    scene.sign_in(client, two["first"])
    client.get("/registry/")
    with rows_read() as read:
        assert client.get("/registry/").status_code == 200
    assert read.statements <= 15
