"""A portfolio that a test begins with: what it asks, somebody's workplace, and entries by the true actions."""

from datetime import date, timedelta

from assessments.portfolio.actions.entries import write_entry
from assessments.portfolio.actions.requests import ask
from assessments.portfolio.actions.signing import LinkHolder, sign
from assessments.portfolio.models import SignOff
from assessments.portfolio.states import EntryKind
from assessments.setting.actions.loading import keep_assessment
from cohorts.employment.models import Employment, EmploymentLine
from cohorts.organisations.models import Contact, Organisation
from lms.people.models import Role

from .scene import CRITERIA, DAY, OP, person

FACTS = {
    "code": "T2-LOG",
    "kind": "portfolio",
    "title": "A portfolio of practice",
    "weight": 100,
    "brief": "Practise and write it down.",
    "practice_hours": 3,
    "reflections": 1,
    "criterion": CRITERIA,
    "item": [
        {
            "key": "referral",
            "title": "Makes a referral",
            "text": "With consent.",
            "signer": "supervisor",
        },
        {"key": "meeting", "title": "Speaks up in a meeting", "signer": "witness"},
    ],
}
WORKPLACE = "Lanternfish Harbour Trust"
WITNESS = {"name": "Wilhelmina Ostrogoth", "email": "wilhelmina@elsewhere.example"}


class Practice:
    """The scene's author with a portfolio to fill, a post, and a supervisor with an account."""

    def __init__(self, scene, **facts):
        self.scene, self.trainee, self.enrolment = scene, scene.author, scene.enrolment
        self.piece = keep_assessment(scene.two, {**FACTS, **facts}, by=OP)
        self.workplace = Organisation.objects.create(
            code="ORG-90", name=WORKPLACE, nations=["england"]
        )
        self.boss = person("bosswoman", Role.EMPLOYER, first="Perpetua", last="Vandersluys")
        Contact.objects.create(
            person=self.boss, organisation=self.workplace, starts_on=date(2026, 1, 1)
        )
        post = Employment.objects.create(reference="E-90", person=self.trainee)
        EmploymentLine.objects.create(
            employment=post,
            number=1,
            organisation=self.workplace,
            post="Advocate",
            nations=["england"],
            starts_on=date(2026, 1, 1),
            source="test",
        )

    @property
    def about(self):
        return self.piece, self.enrolment

    def log(self, key="a", quarters=6, text="I wrote to the council.", day=DAY, **more):
        return write_entry(
            *self.about,
            EntryKind.PRACTICE,
            by=self.trainee,
            client_key=key,
            day=day,
            quarters=quarters,
            activity="advocacy",
            text=text,
            **more,
        )

    def reflect(self, key="r", text="I listened more than I spoke.", **more):
        return write_entry(
            *self.about,
            EntryKind.REFLECTION,
            by=self.trainee,
            client_key=key,
            day=DAY,
            text=text,
            **more,
        )

    def ask_witness(self, *numbers, **who):
        return ask(*self.about, "meeting", numbers or [1], by=self.trainee, **{**WITNESS, **who})

    def ask_boss(self, *numbers, key=None):
        key = key or f"person-{self.boss.pk}"
        return ask(*self.about, "referral", numbers or [1], by=self.trainee, supervisor=key)[0]

    def full(self):
        """Everything that is asked for: two entries, a reflection, both items confirmed."""
        self.log("a"), self.log("b", day=DAY - timedelta(days=1)), self.reflect()
        witnessed, secret = self.ask_witness(1)
        by_link(witnessed, secret)
        by_boss(self.ask_boss(2), self.boss)
        return self


def by_link(sign_off, secret, *, is_confirmed=True, **more):
    found = SignOff.objects.get(pk=sign_off.pk)
    about = {"name": WITNESS["name"], "job": "Solicitor", "comment": "As I saw it."} | more
    about.setdefault("fingerprint", found.fingerprint)
    return sign(found, by=LinkHolder(found.pk), is_confirmed=is_confirmed, secret=secret, **about)


def by_boss(sign_off, boss, *, is_confirmed=True, **more):
    found = SignOff.objects.get(pk=sign_off.pk)
    about = {"name": boss.full_name, "job": "Service manager", "comment": ""} | more
    about.setdefault("fingerprint", found.fingerprint)
    return sign(found, by=boss, is_confirmed=is_confirmed, **about)
