"""Who may write in a portfolio, ask for a sign-off, sign, and end one; every no comes with its reason."""

from django.utils.translation import gettext as _

from cohorts.employment.register import employment_on
from cohorts.organisations.queries import contacts_by_organisation
from lms.kit import clock
from lms.kit.letters import folded
from lms.kit.refusals import YES, May, no
from lms.people.models import Role, User
from lms.people.roles import may_act_as
from lms.people.same_person import former_addresses, may_be_one, traits_of

from ..setting.portfolio_items import PortfolioItem
from ..taking.models import Submission
from ..taking.queries import own_submission
from ..taking.rules import may_hand_in, may_replace
from ..taking.states import SubmissionState
from .models import SignOff


def may_keep_portfolio(by, assessment, enrolment) -> May:
    """Its trainee, while they study, until the work is in and its file stands. Six queries at most."""
    if not assessment.is_portfolio:
        return no(_("This is not a portfolio. Hand in a file on its page."))
    answer = may_hand_in(by, assessment, enrolment)
    if not answer:
        return answer
    there = own_submission(assessment, enrolment)
    if there is None or there.state == SubmissionState.DRAFT:
        return YES
    answer = may_replace(by, _with_enrolment(there, assessment, enrolment))
    if answer:
        return answer
    return no(_("Your portfolio is handed in, so it stays as it is.") + " " + answer.reason)


def _with_enrolment(submission: Submission, assessment, enrolment) -> Submission:
    submission.assessment, submission.enrolment = assessment, enrolment
    return submission


def is_themselves(trainee, email="", name="") -> bool:
    """Could this address, or this name, be the trainee's own, now or before? One query."""
    traits = traits_of({trainee.pk})[trainee.pk]
    box, at, domain = email.strip().casefold().rpartition("@")
    mailbox = box.partition("+")[0] + at + domain if at else ""
    first, _space, last = name.strip().rpartition(" ")
    names = {folded(name), folded(f"{last} {first}")}
    return bool((({mailbox} | names) - {""}) & traits)


def supervisors_of(person, day=None) -> list[dict]:
    """Who may confirm as a workplace supervisor: the contacts of each Employing Organisation where the person has a post on the day, and the line
    managers that the register names. Each with key, name, organisation, email, and `person`, the account, or None. Five queries at most."""
    day = day or clock.today()
    posts = employment_on(person, day).posts
    organisations = {post.organisation_id: post.organisation_name for post in posts}
    found: dict[str, dict] = {}

    def add(account, email, organisation):
        key = f"person-{account.pk}" if account else f"mail-{email.casefold()}"
        found.setdefault(
            key,
            {
                "key": key,
                "person": account,
                "name": account.full_name if account else email,
                "email": "" if account else email.lower(),
                "organisation": organisation,
            },
        )

    contacts = contacts_by_organisation(organisations, day) if organisations else {}
    for pk, rows in contacts.items():
        for contact in rows:
            if contact.person.is_active:
                add(contact.person, "", organisations[pk])
    managers = {post.line_manager.casefold(): post for post in posts if post.line_manager}
    accounts = {
        one.email.casefold(): one
        for one in User.objects.filter(email__in=[*managers, *(p.line_manager for p in posts)])
        if one.is_active
    }
    for had in former_addresses().filter(old_address__in=[*managers]).select_related("person"):
        if had.person.is_active:
            accounts.setdefault(had.old_address.casefold(), had.person)
    for email, post in managers.items():
        add(accounts.get(email), post.line_manager, post.organisation_name)
    traits = traits_of({person.pk, *(c["person"].pk for c in found.values() if c["person"])})
    return [
        one
        for one in found.values()
        if not (
            traits[one["person"].pk] & traits[person.pk]
            if one["person"]
            else is_themselves(person, one["email"])
        )
    ]


def may_sign(by, sign_off: SignOff) -> May:
    """The person who is asked, who is not the trainee by another account, and who is still somebody of their workplace. `by` of a link has no key: the
    link was sent to them. Six queries at most."""
    trainee = sign_off.portfolio.enrolment.person
    if by.pk is not None:
        if by.pk == trainee.pk or may_be_one(by, trainee):
            return no(_("You cannot confirm your own practice."))
        if sign_off.person_id and by.pk != sign_off.person_id:
            return no(_("Someone else is asked to confirm this."))
    elif sign_off.person_id:
        return no(_("Sign in to answer this request."))
    if sign_off.signer != PortfolioItem.SUPERVISOR:
        return YES
    still: set[int | str] = set()
    for one in supervisors_of(trainee):
        account = one["person"]
        # Both: a line manager who was asked by mail may have an account since.
        still |= {account.pk, account.email.casefold()} if account else {one["email"].casefold()}
    if (sign_off.person_id or sign_off.email.casefold()) not in still:
        return no(
            _(
                "The employment register does not name you as a supervisor of this person today, so you cannot answer. Tell them, or the programme office."
            )
        )
    return YES


def may_take_back(by, sign_off: SignOff) -> May:
    """Whoever confirmed it, also after they left the workplace."""
    if by.pk is not None and sign_off.person_id and by.pk != sign_off.person_id:
        return no(_("Only the person who confirmed this can withdraw it."))
    if by.pk is None and sign_off.person_id:
        return no(_("Sign in to answer this request."))
    if by.pk is not None and by.pk == sign_off.portfolio.enrolment.person_id:
        return no(_("Only the person who confirmed this can withdraw it."))
    return YES


def may_void(by, enrolment) -> May:
    """A registrar, never of their own portfolio."""
    if by.pk is not None and by.pk == enrolment.person_id:
        return no(_("This is your own portfolio, so another registrar looks at it."))
    return may_act_as(by, Role.REGISTRAR)
