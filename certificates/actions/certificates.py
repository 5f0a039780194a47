"""Issues certificates, first or again; it refuses without an entry on the employment register to name."""

import unicodedata

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.deciding.models import Award
from cohorts.employment.register import last_lines, posts_of
from cohorts.enrolment.models import Enrolment
from cohorts.organisations.models import Organisation
from cohorts.organisations.queries import contacts_of
from lms.kit import clock, codes, files, nations
from lms.kit.languages import ENGLISH, LANGUAGES, in_english
from lms.kit.pdf import NotDrawn
from lms.kit.refusals import NotNow, Refused, insist
from lms.people.actions import give_number, tell
from lms.people.models import User
from lms.record.actions import actor_label, write

from ..accreditation.eligibility import why_not
from ..accreditation.facts import certificate_on, decision_on, is_approved, withheld_on
from ..accreditation.sentences import in_words
from ..accreditation.standing import last_day_of, term_from, verdict
from ..checking import family_names
from ..document import drawing, wording
from ..models import Certificate
from ..queries import facts_and_rules_of, rescinded
from ..rules import may_issue
from ..signing import pdf
from .credentials import keep_credentials, make_credentials
from .designs import the_design

Why = Certificate.Why
STANDS = {
    "accredited",
    "accredited_with_conditions",
    "renewal_in_progress",
    "between_posts",
    "top_up_due",
}


@transaction.atomic
def issue(enrolment, *, by, language=ENGLISH) -> Certificate:
    """Issue the certificate of one enrolment, or return the one there is.

    1. the organisations of the person's posts, person and enrolment are locked and every reason why not is asked again, 2. the facts are frozen
    with the register line they rest on and the design as it was published, 3. the award and the accreditation
    are signed as credentials, 4. the PDF is drawn, holds both, is signed and kept, 5. the certificate
    and a record entry are written, 6. the holder is told. A crash before 5 leaves a stray file
    that nothing names, and no certificate. A nation that joined the study plan since makes a new certificate
    that replaces the one before, to the same last day.
    """
    insist(may_issue(by, enrolment))
    locked = lock(enrolment)
    current = current_of(locked)
    if current and not set(locked.plan.nations) - set(current.nations):
        return current
    insist_award_stands(locked)
    known, book = facts_and_rules_of(locked)
    today = clock.today()
    reasons = why_not(known, today)
    if current and not reasons and verdict(today, known, book).code not in STANDS:
        reasons = [
            _(
                "The accreditation does not stand today, so no nation is added to it. Renew or restore it first."
            )
        ]
    if reasons:
        raise Refused(" ".join(reasons))
    until = _replaced_until(current, known, today) if current else term_from(today, book)
    return _issue(
        locked,
        known,
        current,
        Why.NATIONS if current else Why.FIRST,
        until,
        list(locked.plan.nations),
        language,
        today,
        by,
    )


@transaction.atomic
def issue_again(enrolment, why, *, by, language=None) -> Certificate:
    """Replace a certificate: the holder’s name changed, the accreditation was renewed, or the paper is needed again.

    As `issue`, from 1 to 6, for the same nations, and after a change of name the contacts of the employers of record are
    told, unless the entry is withheld; the one before is superseded, and nothing of it is shown to whoever
    did not have it. Asked twice on one day for one reason, it is one.
    """
    insist(may_issue(by, enrolment))
    locked, why = lock(enrolment), Why(why)
    current = current_of(locked)
    if current is None:
        raise Refused(_("There is no certificate to replace. Issue the first one."))
    if why == Why.NAME and current.facts["name"] == printed_name(locked.person):
        if current.why == Why.NAME:
            return current
        raise Refused(
            _("The certificate prints the name that is on file. Change the name on file first.")
        )
    if (
        current.why == why
        and current.issued_on == clock.today()
        and current.facts["name"] == printed_name(locked.person)
    ):
        return current
    insist_award_stands(locked)
    known, book = facts_and_rules_of(locked)
    today = clock.today()
    standing = verdict(today, known, book)
    if standing.code not in STANDS - {"between_posts"}:
        raise Refused(
            _(
                "A certificate is issued again only while the accreditation stands, with a post on the employment register."
            )
        )
    until = _replaced_until(current, known, today)
    made = _issue(
        locked, known, current, why, until, current.nations, language or current.language, today, by
    )
    if why == Why.NAME and not withheld_on(today, known):
        _tell_of_name(locked.person, today)
    return made


def _tell_of_name(person, today):
    """Contacts of the employers of record: the name to ask with. Neither name stands in a message, which may be mailed."""
    where = Organisation.objects.filter(
        pk__in={post.organisation_id for post in posts_of(person.pk) if post.is_open_on(today)}
    )
    for organisation in where.order_by("pk"):
        for contact in contacts_of(organisation, today):
            tell(
                contact.person,
                _("The name on a certificate has changed"),
                _(
                    "The certificate of the person with the number %(imsa_number)s was issued again in another name. Ask with the family name "
                    "on the new certificate from now on; what an earlier certificate prints is still answered."
                )
                % {"imsa_number": person.imsa_number},
                reverse("certificates:employer"),
            )


def insist_award_stands(enrolment):
    """Raises Refused where the University took the award back: asked before anything is drawn."""
    if rescinded().filter(certificate__enrolment=enrolment).exists():
        raise Refused(_("The University rescinded this award, so no certificate of it is issued."))


def _replaced_until(replaces, facts, today):
    """The last day that a certificate in the place of `replaces` prints. Raises Refused where it is over, or where another speaks."""
    speaks = certificate_on(today, facts)
    if speaks and speaks.number != replaces.number:
        raise Refused(
            _(
                "Certificate %(number)s, from another cohort, is newer and speaks for this person. Replace that one."
            )
            % {"number": speaks.number}
        )
    until = last_day_of(facts.enrolments[-1].certificates[-1], facts, today)
    if until < today:
        raise Refused(
            _(
                "The term is over, and its renewal is not decided yet. Issue the certificate when it is granted."
            )
        )
    return until


def lock(enrolment) -> Enrolment:
    """The organisations of the person's posts first, as every decision on one does, so that a certificate is issued before or after it; then the person, so that
    two cohorts of one person wait for each other; then the enrolment. Raises NotNow where a post at another organisation came at this moment, or the enrolment
    went to another account of the person."""
    where = _organisations_of(enrolment.person_id)
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=where).order_by("pk"))
    User.objects.select_for_update(no_key=True).get(pk=enrolment.person_id)
    if _organisations_of(enrolment.person_id) - where:
        raise NotNow(_("A post was entered for this person at this moment. Try again."))
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related(
        "person", "plan", "cohort"
    )
    locked = rows.get(pk=enrolment.pk)
    if locked.person_id != enrolment.person_id:
        raise NotNow(_("Two accounts of this person were made one at this moment. Try again."))
    return locked


def _organisations_of(person_id) -> set[int]:
    rows = last_lines().filter(employment__person=person_id).order_by()
    return set(rows.values_list("organisation_id", flat=True))


def current_of(enrolment) -> Certificate | None:
    return Certificate.objects.current().filter(enrolment=enrolment).first()


def _issue(enrolment, facts, replaces, why, until, where, language, today, by) -> Certificate:
    design = the_design(by=by)
    if language not in LANGUAGES or language not in design.wording:
        raise Refused(
            _(
                "The design has no words in that language. Choose another, or add them to the design."
            )
        )
    award, post = Award.objects.get(enrolment=enrolment), _post_relied_on(facts, where, today)
    give_number(enrolment.person, by=by)
    printed = _printed(enrolment, award, design, language, where, today, until)
    odd = drawing.unprintable(printed["name"])
    if odd:
        shown = odd if unicodedata.combining(odd[-1]) else odd[0]
        raise Refused(
            _(
                "The certificate’s typeface has no letter “%(shown)s”, so the name would not print. Tell whoever runs this site."
            )
            % {"shown": shown}
        )
    if drawing.is_too_wide(printed["name"]):
        raise Refused(
            _(
                "The name is wider than the page and has no space at which to break. Ask the person how it is to be printed."
            )
        )
    made = Certificate(
        number=printed["number"],
        enrolment=enrolment,
        award=award,
        supersedes=replaces,
        why=why,
        register_line_id=post.line_id,
        register_answer=_answer_of_register(post, facts, by, today),
        facts=printed,
        nations=list(where),
        language=language,
        design=design,
        issued_on=today,
        valid_until=until,
        issued_by=actor_label(by),
    )
    try:
        drawn = drawing.draw(printed, design.signatories)
    except NotDrawn:
        raise Refused(
            _(
                "The certificate cannot be drawn as it should be, so nothing was issued. Tell whoever runs this site."
            )
        ) from None
    credentials = make_credentials(made)
    attached = {f"imsa-{c.kind}.jwt": c.token.encode() for c in credentials}
    signed, made.key_id = pdf.sign(drawn, attached)
    made.file, made.sha256 = files.keep(signed, "certificates", "pdf"), files.sha256(signed)
    made.save(force_insert=True)
    keep_credentials(credentials, made)
    after = {"number": made.number, "sha256": made.sha256, "why": str(why)}
    write(
        "certificates.issue",
        made,
        by=by,
        before=replaces and {"number": replaces.number},
        after=after,
    )
    tell(
        enrolment.person,
        _("Your certificate is issued"),
        _(
            "Certificate %(number)s was issued on %(day)s. You can download it and see who checked it."
        )
        % {"number": made.number, "day": in_words(today)}
        + (
            _(" It replaces %(replaces_number)s: use the new one from now on.")
            % {"replaces_number": replaces.number}
            if replaces
            else ""
        ),
        reverse("certificates:certificate", args=[made.number]),
    )
    return made


def _post_relied_on(facts, where, today):
    """The register's post that makes this certificate possible: the earliest that counts."""
    wanted = {
        p.line
        for p in facts.posts
        if p.is_open(today)
        and is_approved(p.organisation, today, facts)
        and p.serves(today) & set(where)
    }
    person = facts.enrolments[-1].key
    found = posts_of(Enrolment.objects.values_list("person_id", flat=True).get(pk=person))
    post = next((p for p in found if p.line_id in wanted), None)
    if post is None:
        raise Refused(
            _("No post on the employment register counts today in a nation of this certificate.")
        )
    return post


def _answer_of_register(post, facts, by, today):
    approved_since = decision_on(today, facts.approvals[post.organisation_id])[0]
    return {
        "asked_at": clock.now().isoformat(),
        "asked_by": actor_label(by),
        "line": post.line_id,
        "line_number": post.line_number,
        "reference": post.reference,
        "organisation": post.organisation_code,
        "organisation_name": post.organisation_name,
        "post": post.post,
        "nations": list(post.nations),
        "starts_on": post.starts_on.isoformat(),
        "ends_on": post.ends_on and post.ends_on.isoformat(),
        "recorded_at": post.recorded_at.isoformat(),
        "approved_since": approved_since.isoformat(),
        "answer": in_english(
            f"In post at {post.organisation_name}, an approved organisation, on {in_words(today)}."
        ),
    }


def _printed(enrolment, award, design, language, where, today, until) -> dict:
    """Everything the certificate says, as it is kept for ever."""
    person = enrolment.person
    number = codes.free("C", lambda number: Certificate.objects.filter(number=number).exists())
    texts = wording.filled(
        design.wording[language],
        {
            "award": award.title,
            "conferred": in_words(award.conferred_on, language),
            "nations": in_words(tuple(where), language),
            "site": settings.SITE_URL,
            "number": number,
            "imsa_number": person.imsa_number,
            "issued": in_words(today, language),
            "until": in_words(until, language),
        },
    )
    return {
        "number": number,
        "imsa_number": person.imsa_number,
        "name": printed_name(person),
        "given_names": _composed(person.first_name.strip()),
        "family_name": _composed(person.last_name.strip()),
        "nations": nations.labels(where) if design.shows_nations else [],
        "award_title": award.title,
        "conferred_on": award.conferred_on.isoformat(),
        "issued_on": today.isoformat(),
        "valid_until": until.isoformat(),
        "language": language,
        "said": {
            **texts,
            "to_check": f"{wording.TO_CHECK[language]} {_composed(family_names.family_name(person.first_name, person.last_name))}",
        },
        "check_address": f"{settings.SITE_URL}/check/?number={number}",
        "demonstration": settings.DEMONSTRATION,
    }


def printed_name(person) -> str:
    return _composed(" ".join(filter(None, [person.first_name.strip(), person.last_name.strip()])))


def _composed(name):
    return unicodedata.normalize("NFC", name)
