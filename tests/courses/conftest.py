"""People with roles, a small curriculum, and a way in; nothing here is shared with other rooms."""

from datetime import date

import pytest

from courses.actions import open_plan, publish_version
from courses.models import Module, Programme, Provision, Unit, Variant
from courses.rendering.units import RenderedUnit
from lms.kit import nations
from lms.people.actions import admit, grant
from lms.people.middleware import DEMONSTRATION_KEY
from lms.people.models import Role
from lms.people.roles import Operator

OPERATOR = Operator("tests")
FROM = date(2025, 9, 1)


@pytest.fixture
def make_person(db):
    def make(name, *roles):
        person = admit(
            by=OPERATOR, email=f"{name.lower()}@imsa.example", first_name=name, last_name="Test"
        )
        for role in roles:
            grant(person, role, by=OPERATOR, starts_on=FROM)
        return person

    return make


@pytest.fixture
def trainee(make_person):
    return make_person("Mairi", Role.LEARNER)


@pytest.fixture
def author(make_person):
    return make_person("Helen", Role.AUTHOR)


@pytest.fixture
def tutor(make_person):
    return make_person("Agnes", Role.TUTOR)


@pytest.fixture
def consultant(make_person):
    return make_person("Linh", Role.SURVIVOR_CONSULTANT)


@pytest.fixture
def enter(client):
    """A client signed in as a person, with a second factor."""

    def as_person(person):
        client.force_login(person)
        session = client.session
        session[DEMONSTRATION_KEY] = True
        session.save()
        return client

    return as_person


@pytest.fixture
def programme(db):
    return Programme.objects.create(
        code="PGC", title="The certificate", credits=60, notice="A demonstration."
    )


@pytest.fixture
def module(programme):
    return Module.objects.create(
        programme=programme, code="M1", title="Law and rights", credits=20, order=1
    )


@pytest.fixture
def make_unit(module):
    """A published unit; `texts` maps a variant's key to its nations."""

    def make(code, texts=None, publish=True):
        unit = Unit.objects.create(
            module=module, code=code, title=f"Unit {code}", order=Unit.objects.count()
        )
        for key, codes in (texts or {"all": nations.ALL}).items():
            variant = Variant.objects.create(unit=unit, key=key, nations=codes)
            if publish:
                publish_version(
                    variant, words(f"Unit {code}", f"<p>Text for {key}</p>"), by=OPERATOR
                )
        return unit

    return make


@pytest.fixture
def law_unit(make_unit):
    return make_unit(
        "LAW",
        {
            "england-wales": ["england", "wales"],
            "scotland": ["scotland"],
            "northern-ireland": ["northern_ireland"],
        },
    )


@pytest.fixture
def plan(trainee, programme):
    return open_plan(trainee, programme, ["scotland"], by=OPERATOR, opened_on=FROM)


@pytest.fixture
def provision(db):
    return Provision.objects.create(
        key="hte2015-s8",
        act="Human Trafficking and Exploitation (Scotland) Act 2015",
        section="s.8",
        jurisdictions=["scotland"],
        title="Instructions",
        summary="The Lord Advocate instructs prosecutors.",
        commencement="in_force",
        source="https://law.example/asp/2015/12/section/8",
        as_at=date(2026, 11, 21),
        review_by=date(2027, 2, 21),
    )


def words(title, html, **rest):
    return RenderedUnit(title=title, html=html, **rest)


@pytest.fixture
def the_words():
    return words


@pytest.fixture
def operator():
    return OPERATOR
