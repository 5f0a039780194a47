"""An address is who somebody is here; only a recorded action may change who that is."""

import pytest

from lms.people.actions import admit, end_grants, grant
from lms.people.models import Role, User
from lms.people.roles import Operator, roles_of
from lms.record.models import Entry

pytestmark = pytest.mark.django_db
BY = Operator("test")


@pytest.fixture
def trainee(client):
    person = admit(by=BY, email="mairi@imsa.example", first_name="Màiri", last_name="NicDhòmhnaill")
    grant(person, Role.LEARNER, by=BY)
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    ("address", "expected"), [("/accounts/email/", 302), ("/admin/account/", 403)]
)
def test_nobody_takes_another_address_or_name_by_themselves(client, trainee, address, expected):
    entries = Entry.objects.count()
    for fields in (
        {"action_add": "", "email": "manager@org.example"},
        {"action_primary": "", "email": "manager@org.example"},
        {
            "name_email-first_name": "Nora",
            "name_email-last_name": "Manager",
            "name_email-email": "manager@org.example",
        },
    ):
        assert client.post(address, fields).status_code == expected
    trainee.refresh_from_db()
    assert (trainee.email, trainee.full_name) == ("mairi@imsa.example", "Màiri NicDhòmhnaill")
    assert (
        not User.objects.filter(email="manager@org.example").exists()
        and Entry.objects.count() == entries
    )


def test_the_editor_is_shut_with_a_reason_and_not_in_a_circle(client, trainee):
    answer = client.get("/admin/")
    assert answer.status_code == 403 and "course author" in answer.content.decode()


def test_an_author_whose_role_ended_is_out_whatever_wagtail_allows(client, django_user_model):
    from django.contrib.auth.models import Permission

    author = admit(by=BY, email="author@imsa.example", first_name="Helen")
    author.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert roles_of(author) == frozenset()
    client.force_login(author)
    assert client.get("/admin/").status_code == 403


def test_a_role_ends_once_and_needs_the_right_hand():
    from lms.kit.refusals import NotAllowed

    tutor = admit(by=BY, email="tutor@imsa.example", first_name="Agnes")
    grant(tutor, Role.TUTOR, by=BY)
    with pytest.raises(NotAllowed):
        end_grants(tutor, Role.TUTOR, by=tutor)
    from datetime import timedelta

    from lms.kit import clock

    assert end_grants(tutor, Role.TUTOR, by=BY, on=clock.today()) == 1
    assert roles_of(tutor) == {"tutor"}, "its last day still counts"
    assert roles_of(tutor, clock.today() + timedelta(1)) == frozenset()
    entries = Entry.objects.count()
    assert (
        end_grants(tutor, Role.TUTOR, by=BY, on=clock.today()) == 0
        and Entry.objects.count() == entries
    )


def test_appointing_somebody_and_opening_the_site(capsys):
    import json

    from django.core.management import call_command

    call_command("appoint", "first@imsa.example", "registrar", "--given-names", "Peter")
    call_command("appoint", "first@imsa.example", "author")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["roles"] == ["author", "registrar"]
    call_command("open_site")
    assert json.loads(capsys.readouterr().out)["authors"] == ["first@imsa.example"]
    with pytest.raises(SystemExit) as end:
        call_command("appoint", "nobody@imsa.example", "tutor")
    assert end.value.code == 1 and not User.objects.filter(email="nobody@imsa.example").exists()
