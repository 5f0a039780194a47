"""A module taken along: who may take what, what a kept page holds, and the door by which things come back."""

import json

import pytest
from django.test import Client

from courses.actions import withdraw
from courses.actions.offline_sync import receive
from courses.models import OfflineSync
from courses.views.offline import mark_of
from lms.people.models import Role

from .asking import make_asking, right, thing

ARRIVALS = "/study/arrivals/"


@pytest.fixture
def asking(module, operator):
    return make_asking(module, operator)


# ---- the door ----


def post(client, body, **more):
    return client.post(
        ARRIVALS,
        body if isinstance(body, (str, bytes)) else json.dumps(body),
        content_type="application/json",
        **more,
    )


@pytest.mark.django_db
def test_the_door_asks_who_is_there(client, enter, plan, trainee, tutor, asking):
    body = {"person": mark_of(trainee), "items": [right(asking)]}
    for answer in (client.get(ARRIVALS), post(client, body)):
        assert answer.status_code == 403 and answer.json()["sentence"]
    inside = enter(tutor)
    assert post(inside, body).status_code == 403 and not OfflineSync.objects.exists()
    inside = enter(trainee)
    assert inside.get(ARRIVALS).json()["person"] == mark_of(trainee)
    assert trainee.email not in inside.get(ARRIVALS).content.decode()
    answer = post(inside, body)
    assert answer.status_code == 200 and answer.json()["outcomes"][0]["outcome"] == "kept"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_sending_without_the_forms_token_is_not_taken(plan, trainee, asking):
    inside = Client(enforce_csrf_checks=True)
    inside.force_login(trainee)
    body = {"person": mark_of(trainee), "items": [right(asking)]}
    assert post(inside, body).status_code == 403 and not OfflineSync.objects.exists()
    token = inside.get(ARRIVALS).json()["token"]
    assert post(inside, body, headers={"X-CSRFToken": token}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body, status",
    [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ("null", 400),
        ('"x"', 400),
        ("[" * 100_000, 400),
        (b"\xff\xfe", 400),
        ('{"items": []}', 400),
        ('{"items": [], "person": null}', 403),
        ("x" * 1_000_000, 413),
        ("9" * 10_000, 400),
    ],
)
def test_what_is_not_a_sending_is_refused_by_sentence(enter, plan, trainee, body, status):
    answer = post(enter(trainee), body)
    assert answer.status_code == status and answer.json()["sentence"]


@pytest.mark.django_db
def test_a_thousand_things_and_a_form_are_refused_by_sentence(enter, plan, trainee, asking):
    inside = enter(trainee)
    answer = post(inside, {"person": mark_of(trainee), "items": [right(asking)] * 1000})
    assert answer.status_code == 413 and answer.json()["sentence"]
    answer = post(inside, {"person": mark_of(trainee), "items": {"0": right(asking)}})
    assert answer.status_code == 413 and answer.json()["sentence"]
    assert inside.post(ARRIVALS, {"items": "1"}).status_code == 400
    assert not OfflineSync.objects.exists()


# ---- what is taken along ----


@pytest.mark.django_db
def test_the_list_names_what_is_open_and_nothing_else(
    enter, plan, trainee, asking, law_unit, make_unit, operator
):
    make_unit("DRAFT", publish=False)
    withdraw(make_unit("GONE").variants.get(), by=operator)
    inside = enter(trainee)
    plan_of = inside.get("/study/take/M1/manifest.json").json()
    assert [unit["address"] for unit in plan_of["units"]] == [
        "/study/units/ASK/all/",
        "/study/units/LAW/scotland/",
    ]
    for unit in plan_of["units"]:
        page = inside.get(unit["take"])
        assert page.status_code == 200 and unit["bytes"] == len(page.content)
    assert plan_of["left_out"] == ["Unit GONE (This unit is being put right)"]
    assert plan_of["bytes"] > sum(unit["bytes"] for unit in plan_of["units"])
    for name in plan_of["files"]:
        assert name.startswith("/static/")
    assert inside.get("/study/take/NONE/manifest.json").status_code == 404


@pytest.mark.django_db
def test_a_kept_page_asks_everything_and_tells_nothing_about_anybody(enter, plan, trainee, asking):
    inside = enter(trainee)
    receive(
        trainee,
        [
            right(asking),
            thing("reflection", asking, part="r1", text="heather on the hill", edition=0),
        ],
        by=trainee,
    )
    page = inside.get(f"/study/take/units/ASK/all/{asking.pk}/").content.decode()
    for kind in ("check", "activity", "poll", "reflection", "note", "studied"):
        assert f'data-queue="{kind}"' in page
    for words in (
        "What the law says.",
        "Which one?",
        "Ring round",
        "What will you do?",
        "Ask her",
        "Then?",
    ):
        assert words in page
    for secret in (
        "Mairi",
        trainee.email,
        "csrfmiddlewaretoken",
        "heather on the hill",
        mark_of(trainee),
    ):
        assert secret not in page
    assert 'class="verdict"' not in page, "what they answered is not in it"
    assert "Kept" in page


@pytest.mark.django_db
def test_only_readers_of_the_text_may_take_it(
    client, enter, make_person, plan, trainee, law_unit, asking, operator
):
    other = law_unit.variants.get(key="england-wales").versions.get()
    address = f"/study/take/units/LAW/england-wales/{other.pk}/"
    paths = (address, "/study/take/M1/manifest.json")
    assert [client.get(path).status_code for path in paths] == [302, 302]
    inside = enter(make_person("Gareth", Role.EMPLOYER))
    assert [inside.get(path).status_code for path in paths] == [404, 404]
    inside = enter(trainee)
    assert inside.get(address).status_code == 404
    assert inside.get(f"/study/take/units/LAW/scotland/{other.pk}/").status_code == 404
    withdraw(asking.variant, by=operator)
    assert inside.get(f"/study/take/units/ASK/all/{asking.pk}/").status_code == 404


@pytest.mark.django_db
def test_who_only_reads_gets_the_text_without_forms(enter, tutor, asking):
    page = enter(tutor).get(f"/study/take/units/ASK/all/{asking.pk}/").content.decode()
    assert "What the law says." in page and "Which one?" in page and "<form" not in page
    assert "unit-rules" not in page and "Yes." not in page, "nobody answers, so nothing is judged"


@pytest.mark.django_db
def test_the_mark_is_the_same_at_every_visit_and_another_for_everybody(trainee, tutor):
    assert mark_of(trainee) == mark_of(trainee) != mark_of(tutor)
    assert str(trainee.pk) != mark_of(trainee) and trainee.email not in mark_of(trainee)


@pytest.mark.django_db
def test_the_worker_stands_at_the_root_and_names_its_files(client):
    answer = client.get("/worker.js")
    assert answer["Service-Worker-Allowed"] == "/" and answer["Content-Type"].startswith(
        "text/javascript"
    )
    assert "no-cache" in answer["Cache-Control"]
    source = answer.content.decode()
    shell = json.loads(source.partition("const SHELL = ")[2].partition(";\n")[0])
    assert (
        shell["page"] == "/study/take/shelf/"
        and set(shell["scripts"]) < set(shell["files"])
        and len(shell["version"]) == 16
    )
    page = client.get(shell["page"]).content.decode()
    assert "You have no connection" in page and "csrfmiddlewaretoken" not in page
