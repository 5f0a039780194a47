"""The one question that asks the rooms below for everything about many people: each fact is a line of one shape."""

from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    F,
    JSONField,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from assessments.attempts.models import PriorCredit
from assessments.setting.models import Assessment
from assessments.taking.models import QuizAttempt, Submission
from cohorts.employment.models import EmploymentLine
from cohorts.employment.register import last_lines
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Approval, OrganisationNations
from courses.models import Stamp, Study, TopUpDue
from courses.queries.law import ENDED
from lms.kit.prepared_statements import MOST, Prepared
from lms.people.models import FormerAccount, FormerName, User

from ..models import Certificate, Renewal, Revocation, RuleLine, Sanction, Withholding, WorkingName
from ..models import Temporary as TemporaryRow
from ..states import RenewalState

# Every line has all of these; what a line is not about stays empty.
COLUMNS = {
    "who": BigIntegerField(),
    "n": BigIntegerField(),
    "m": BigIntegerField(),
    "a": DateField(),
    "b": DateField(),
    "c": DateField(),
    "x": CharField(),
    "y": CharField(),
    "j": JSONField(),
    "k": JSONField(),
    "at": DateTimeField(),
    "then": DateTimeField(),
    "done": DateTimeField(),
}
SOME = MOST  # people in one question


def lines_of(rows, what, **columns):
    """The rows as lines: `columns` names the field that stands in each column."""
    fields = {}
    for name, kind in COLUMNS.items():
        if name not in columns:
            fields[f"{name}_"] = Cast(
                Value(None), kind
            )  # typed, for PostgreSQL; SQLite would read a cast day as a number
        else:
            fields[f"{name}_"] = Cast(F(columns[name]), kind) if name in "xy" else F(columns[name])
    fields["what_"] = Value(what, output_field=CharField())  # the last
    return rows.order_by().annotate(**fields).values_list(*fields)


def everything_about(keys):
    """Every line about these people, and the rules that hold for everybody: one question."""
    where = EmploymentLine.objects.filter(employment__person_id__in=keys).values("organisation_id")
    renewals = Renewal.objects.filter(enrolment__person_id__in=keys).exclude(
        state=RenewalState.DRAFT
    )
    arms = [
        lines_of(
            User.objects.filter(pk__in=keys), "person", who="pk", x="first_name", y="last_name"
        ),
        lines_of(
            last_lines().filter(employment__person_id__in=keys),
            "post",
            who="employment__person_id",
            n="organisation_id",
            m="pk",
            a="starts_on",
            b="ends_on",
            x="organisation__name",
            j="nations",
            k="organisation__nations",
        ),
        lines_of(
            Approval.objects.filter(organisation_id__in=where),
            "approval",
            n="organisation_id",
            m="pk",
            a="from_day",
            b="until_day",
            x="action",
        ),
        lines_of(
            OrganisationNations.objects.filter(organisation_id__in=where),
            "nations",
            n="organisation_id",
            m="pk",
            a="from_day",
            j="nations",
        ),
        lines_of(
            Sanction.objects.filter(enrolment__person_id__in=keys),
            "sanction",
            who="enrolment__person_id",
            m="pk",
            a="from_day",
            b="until_day",
            x="kind",
            y="words",
        ),
        lines_of(
            Withholding.objects.filter(person_id__in=keys),
            "withheld",
            who="person_id",
            m="pk",
            a="from_day",
            b="until_day",
            x="mode",
        ),
        lines_of(
            WorkingName.objects.filter(person_id__in=keys),
            "name",
            who="person_id",
            m="pk",
            a="from_day",
            b="until_day",
            x="name",
        ),
        lines_of(
            FormerName.objects.filter(person_id__in=keys),
            "former",
            who="person_id",
            m="pk",
            a="until_day",
            x="first_name",
            y="last_name",
        ),
        # Names of an account that was joined with theirs.
        lines_of(
            FormerAccount.objects.filter(person_id__in=keys),
            "former",
            who="person_id",
            m="pk",
            a="on_day",
            x="account__first_name",
            y="account__last_name",
        ),
        lines_of(
            FormerName.objects.filter(person__closed_as__person_id__in=keys),
            "former",
            who="person__closed_as__person_id",
            m="pk",
            a="until_day",
            x="first_name",
            y="last_name",
        ),
        lines_of(
            Certificate.objects.filter(enrolment__person_id__in=keys).annotate(
                given=KT("facts__given_names"), family=KT("facts__family_name")
            ),
            "printed",
            who="enrolment__person_id",
            m="pk",
            a="issued_on",
            x="given",
            y="family",
        ),
        lines_of(
            Enrolment.objects.filter(person_id__in=keys),
            "enrolment",
            who="person_id",
            m="pk",
            n="cohort__programme_id",
            a="enrolled_on",
            b="left_on",
            c="award__conferred_on",
            x="state",
            j="plan__nations",
        ),
        lines_of(
            Certificate.objects.filter(enrolment__person_id__in=keys),
            "certificate",
            who="enrolment__person_id",
            n="enrolment_id",
            m="pk",
            a="issued_on",
            b="valid_until",
            x="number",
            j="nations",
        ),
        lines_of(
            Revocation.objects.filter(
                credential__certificate__enrolment__person_id__in=keys, why=Revocation.Why.RESCINDED
            ),
            "rescission",
            who="credential__certificate__enrolment__person_id",
            n="credential__certificate__enrolment_id",
            m="pk",
            at="decided_at",
            done="reinstatement__decided_at",
        ),
        lines_of(
            TopUpDue.objects.filter(person_id__in=keys).annotate(ended_at=ENDED),
            "top_up",
            who="person_id",
            m="pk",
            a="top_up__counts_from",
            x="top_up__title",
            j="top_up__nations",
            at="sent_at",
            then="top_up__sent_at",
            done="ended_at",
        ),
        lines_of(
            TemporaryRow.objects.filter(enrolment__person_id__in=keys, is_called_off=False),
            "temporary",
            who="enrolment__person_id",
            m="pk",
            a="from_day",
            b="until_day",
            j="nations",
        ),
        lines_of(
            renewals,
            "renewal",
            who="enrolment__person_id",
            m="pk",
            a="granted_until",
            b="term_ends_on",
            j="rules",
            at="asked_at",
            done="decided_at",
        ),
        *(
            lines_of(
                model.objects.filter(enrolment__person_id__in=keys, **{f"{moment}__isnull": False}),
                "work",
                who="enrolment__person_id",
                n="enrolment_id",
                m="assessment_id",
                at=moment,
            )
            for model, moment in ((Submission, "submitted_at"), (QuizAttempt, "handed_in_at"))
        ),
        lines_of(
            Study.objects.filter(person_id__in=keys),
            "study",
            who="person_id",
            n="version__variant_id",
            at="studied_at",
        ),
        lines_of(
            PriorCredit.objects.that_count().filter(enrolment__person_id__in=keys),
            "credited",
            who="enrolment__person_id",
            n="enrolment_id",
            m="module_id",
            a="decided_on",
        ),
        lines_of(
            Assessment.objects.all(), "asked", n="module__programme_id", m="pk", x="module_id"
        ),
        lines_of(RuleLine.objects.all(), "rules", m="pk", a="from_day", j="rules"),
        lines_of(Stamp.objects.all(), "stamp", x="stamp"),
    ]
    return arms[0].union(*arms[1:], all=True)


gather = Prepared(everything_about)
