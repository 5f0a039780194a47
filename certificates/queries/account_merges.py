"""What joining two accounts would do: which rows move, in words and numbers, what stands in the way, and how the person would stand. It writes nothing."""

import hashlib
import json
from dataclasses import dataclass, field, replace

from django.apps import apps
from django.db.models import Case, Exists, OuterRef, Q, UniqueConstraint, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.employment.models import Employment
from cohorts.employment.register import last_lines
from cohorts.enrolment.models import Enrolment
from lms.kit import clock
from lms.people.models import Role, RoleGrant, User

from ..accreditation.facts import months_after
from ..accreditation.look_ahead import changes_by_scenario
from ..accreditation.standing import standing_on
from ..accreditation.standing_wording import words_for
from ..models import AccountMerge, Certificate
from ..states import MergeState
from .account_hindrances import OWN_ROLES, hindrances_between, in_same_cohort
from .account_tables import HIDDEN, MOVE, RELATIONS, WEIGHTY
from .facts import FactLines
from .previews import MONTHS_AHEAD, change_row

PLANS, ENROLMENTS = "courses.StudyPlan.person", "cohorts.Enrolment.person"
NAMED = 30  # things named one by one; the others are counted


@dataclass(frozen=True)
class MergePreview:
    """`lines`: a heading and its sentences. `hindrances`: why it cannot be done today. `standings`: today's of the account that closes,
    of the one that stays, and of both as one. `rows`: the stretches of the next year on which the person would stand otherwise."""

    lines: list[tuple[str, list[str]]]
    hindrances: list[str]
    standings: list
    rows: list[dict]
    moves: dict[str, list[int]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of what is decided: a second officer confirms what they read. That a message came or a unit was read since changes nothing of it."""
        codes = [[str(words.label) for words in self.standings], len(self.rows)]
        moves = [(name, keys) for name, keys in sorted(self.moves.items()) if name in WEIGHTY]
        shown = [moves, self.hindrances, codes]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def preview_of_merge(account, person) -> MergePreview:
    """`account` closes, `person` stays. Some eighty questions, whatever the two have: it is asked for a single pair."""
    moves = moves_of(account, person)
    standings, rows = _standings(account, person, moves)
    hindrances = hindrances_between(account, person)
    return MergePreview(_lines(account, person, moves), hindrances, standings, rows, moves)


def moves_of(account, person) -> dict[str, list[int]]:
    """The keys of the rows that would go from one account to the other, by “app.Model.field”; what would break a constraint stays."""
    found = {}
    for name, how in RELATIONS.items():
        if how == MOVE:
            label, column = name.rsplit(".", 1)
            keys = _movable(apps.get_model(label), column, account, person)
            if keys:
                found[name] = keys
    plans, enrolments = found.get(PLANS, []), found.get(ENROLMENTS, [])
    stay = Enrolment.objects.filter(plan__in=plans).exclude(pk__in=enrolments)
    with_theirs = set(stay.values_list("plan_id", flat=True))  # a plan goes with its enrolment
    found[PLANS] = [key for key in plans if key not in with_theirs]
    return {name: keys for name, keys in found.items() if keys}


def _movable(model, column, account, person) -> list[int]:
    rows = model._base_manager.filter(**{column: account})
    for fields, condition in _unique_with(model, column):
        others = {name: OuterRef(name) for name in fields if name != column}
        same = model._base_manager.filter(condition, **{column: person}, **others)
        clash = rows.filter(condition).filter(Exists(same)).order_by().values("pk")
        rows = rows.exclude(pk__in=list(clash.values_list("pk", flat=True)))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _unique_with(model, column):
    if model._meta.get_field(column).unique:
        yield (column,), Q()
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and column in constraint.fields:
            yield constraint.fields, constraint.condition or Q()


# ---- in words ----


def _standings(account, person, moves):
    apart, today = FactLines([account.pk, person.pk]), clock.today()
    joined = FactLines([account.pk, person.pk], joins={account.pk: person.pk})
    both, book = joined.facts[person.pk], apart.book
    own = {one.key for one in apart.facts[person.pk].enrolments} | {*moves.get(ENROLMENTS, [])}
    both = replace(both, enrolments=tuple(one for one in both.enrolments if one.key in own))
    changes = changes_by_scenario(
        person.pk,
        (apart.facts[person.pk], book),
        (both, book),
        today,
        months_after(today, MONTHS_AHEAD),
    )
    standings = [
        words_for(standing_on(today, facts, book).code)
        for facts in (apart.facts[account.pk], apart.facts[person.pk], both)
    ]
    return standings, [change_row(change) for change in changes]


def _lines(account, person, moves):
    """What the page says is done; what is in HIDDEN is done and not said, since it would tell that somebody hides."""
    counts = {name: len(keys) for name, keys in moves.items() if name not in HIDDEN}
    lines = [
        (_("Names and addresses"), _names(account, person)),
        (_("Roles"), _roles(account)),
        (_("Enrolments"), _enrolments(account, person)),
        (_("Posts"), _posts(account)),
        (_("Certificates and numbers"), _numbers(account, person)),
        (_("Study and work"), _study(account, counts)),
        (_("Everything else"), _rest(counts)),
        (
            _("What stays with the closed account"),
            [
                _(
                    "What this account decided, marked, wrote or confirmed for others stays under its name, and so does the record. Nothing that was issued changes."
                )
            ],
        ),
    ]
    return [(label, sentences) for label, sentences in lines if sentences]


def _names(account, person):
    found = [
        _(
            "%(address)s becomes a former address of this person. Files, applications and employers’ systems that name it reach the account that stays; no one signs in with it any more."
        )
        % {"address": account.email}
    ]
    if account.full_name != person.full_name:
        found.append(
            _(
                "%(name)s becomes a former name: anyone who checks it with an IMSA number of this person is answered."
            )
            % {"name": account.full_name}
        )
    return found


def _roles(account):
    today = clock.today()
    grants = RoleGrant.objects.filter(person=account, role__in=OWN_ROLES).exclude(ends_on__lt=today)
    return [str(Role(role).label) for role in sorted(set(grants.values_list("role", flat=True)))]


def _enrolments(account, person):
    rows = Enrolment.objects.filter(person=account).select_related("cohort", "plan")
    stay = {*in_same_cohort(account, person).values_list("pk", flat=True)}
    return _named(
        [
            (
                _(
                    "%(cohort)s: %(reference)s, %(state)s. It stays with the closed account, since the person has an enrolment in this cohort."
                )
                if one.pk in stay
                else _("%(cohort)s: %(reference)s, %(state)s")
            )
            % {
                "cohort": one.cohort.title,
                "reference": one.student_reference,
                "state": one.get_state_display(),
            }
            for one in rows.order_by("enrolled_on", "pk")
        ]
    )


def _posts(account):
    rows = last_lines().filter(employment__person=account)
    shown = _named(
        [
            _("%(post)s at %(organisation)s (entry %(reference)s)")
            % {
                "post": line.post,
                "organisation": line.organisation.name,
                "reference": line.employment.reference,
            }
            for line in rows.select_related("organisation", "employment").order_by(
                "starts_on", "pk"
            )
        ]
    )
    void = Employment.objects.filter(person=account).count() - rows.count()
    if void > 0:
        shown.append(
            ngettext("%(count)s void post", "%(count)s void posts", void) % {"count": void}
        )
    return shown


def _numbers(account, person):
    rows = Certificate.objects.filter(enrolment__person=account).order_by("issued_at", "pk")
    found = _named(
        [
            _(
                "Certificate %(number)s is this person’s from then on. It stays as it was issued, in the name printed."
            )
            % {"number": number}
            for number in rows.values_list("number", flat=True)
        ]
    )
    if account.imsa_number and person.imsa_number:
        found.append(
            _(
                "Both have an IMSA number. %(first)s stays in use; %(second)s is not given to anyone else, and the check answers it with the standing of the same person."
            )
            % {"first": person.imsa_number, "second": account.imsa_number}
        )
    elif account.imsa_number:
        found.append(
            _("The IMSA number %(number)s goes to the account that stays, which has none.")
            % {"number": account.imsa_number}
        )
    return found


def _study(account, counts):
    work = {
        "assessments.Submission": lambda n: ngettext(
            "%(n)s piece of written work with its marks",
            "%(n)s pieces of written work with their marks",
            n,
        ),
        "assessments.QuizAttempt": lambda n: ngettext(
            "%(n)s quiz with its mark", "%(n)s quizzes with their marks", n
        ),
        "assessments.Award": lambda n: ngettext("%(n)s award", "%(n)s awards", n),
    }
    found = []
    for label, words in work.items():
        rows = apps.get_model(label)._base_manager.filter(enrolment__person=account)
        if n := rows.count():
            found.append(words(n) % {"n": n})
    words_of = {
        "courses.StudyPlan.person": lambda n: ngettext("%(n)s study plan", "%(n)s study plans", n),
        "courses.Study.person": lambda n: ngettext(
            "%(n)s unit that was studied", "%(n)s units that were studied", n
        ),
        "courses.Progress.person": lambda n: ngettext(
            "%(n)s step of their progress", "%(n)s steps of their progress", n
        ),
        "courses.ReaderNote.person": lambda n: ngettext(
            "%(n)s note or reflection", "%(n)s notes and reflections", n
        ),
        "courses.TopUpDue.person": lambda n: ngettext("%(n)s top-up", "%(n)s top-ups", n),
    }
    return found + _counted(counts, words_of)


def _rest(counts):
    words_of = {
        "certificates.Watch.person": lambda n: ngettext(
            "%(n)s watch of an organisation", "%(n)s watches of organisations", n
        ),
        "cohorts.Contact.person": lambda n: ngettext(
            "Contact of %(n)s organisation", "Contact of %(n)s organisations", n
        ),
        "certificates.LogEntry.person": lambda n: ngettext(
            "%(n)s entry of the CPD log", "%(n)s entries of the CPD log", n
        ),
        "certificates.ShareLink.person": lambda n: ngettext(
            "%(n)s link that proves the standing", "%(n)s links that prove the standing", n
        ),
        "assessments.SignOff.person": lambda n: ngettext(
            "%(n)s confirmation of someone’s practice", "%(n)s confirmations of others’ practice", n
        ),
    }
    # Not how many messages: one more would tell that something was decided about an entry that is hidden.
    return [*_counted(counts, words_of), _("Their messages")]


def _counted(counts, words_of):
    return [
        words(counts[name]) % {"n": counts[name]}
        for name, words in words_of.items()
        if name in counts
    ]


def _named(sentences):
    more = len(sentences) - NAMED
    if more <= 0:
        return sentences
    return sentences[:NAMED] + [_("and %(more)s more") % {"more": more}]


# ---- which pairs ----


def candidates_for(account):
    """Other accounts with the same name, by key: twenty at most, and only a place to look. A QuerySet."""
    rows = User.objects.filter(search_key=account.search_key, is_active=True).exclude(pk=account.pk)
    return rows.exclude(search_key="").order_by("pk")[:20]


def merges_shown():
    """All merges, the open ones first, the newest first. A QuerySet."""
    waits = When(state__in=[MergeState.PROPOSED, MergeState.SEPARATING], then=Value(0))
    rows = AccountMerge.objects.annotate(place=Case(waits, default=Value(1)))
    rows = rows.order_by("place", "-proposed_at", "-pk")
    return rows.select_related("account", "person", "proposed_by", "closed_by")


def merges_to_confirm(officer):
    """What a second officer has to confirm: merges whose owner is proved, and separations; none that this officer proposed or that is of their own account. A QuerySet."""
    is_proved = ~Q(identity_check="") | Q(
        account_proof_at__isnull=False, person_proof_at__isnull=False
    )
    to_merge = Q(state=MergeState.PROPOSED) & is_proved & ~Q(proposed_by=officer.pk)
    to_separate = Q(state=MergeState.SEPARATING) & ~Q(separation_proposed_by=officer.pk)
    rows = AccountMerge.objects.filter(to_merge | to_separate)
    return rows.exclude(account=officer.pk).exclude(person=officer.pk)
