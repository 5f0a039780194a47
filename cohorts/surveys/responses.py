"""“You said, we did”: what a closed survey told and what changes, in words of those who teach."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.privacy_guard.guard import look
from lms.kit import clock
from lms.kit.refusals import Refused, insist
from lms.people.actions import tell_many
from lms.people.models import User
from lms.record.actions import actor_label, write

from ..enrolment.states import EnrolmentState
from .actions import lock_survey
from .answers import Guarded
from .models import SurveyResponse, SurveyTally
from .queries import results_of
from .rules import may_run_survey


@transaction.atomic
def publish_response(survey, you_said, we_did, *, by, keep_anyway=False) -> SurveyResponse:
    """Publish what was heard and what changes, or correct it.

    1. the words stand on the cohort's page, on that of the next cohort and on “You said, we did”, 2. the record is written, 3. the first time, everyone who studies in the cohort or has completed is
    told. The same words again change nothing. Refused before the survey is over and where too few people answered; raises Guarded where the words seem to tell who somebody is, unless `keep_anyway`.
    """
    locked = lock_survey(survey)
    insist(may_run_survey(by, locked.cohort, locked.module))
    if not results_of(locked).is_shown:
        raise Refused(
            _("You can respond once the survey is over, and if enough people have answered.")
        )
    findings = {
        name: found
        for name, text in (("you_said", you_said), ("we_did", we_did))
        if (found := look(text))
    }
    if findings and not keep_anyway:
        raise Guarded(_("It is not published yet: it seems to tell who someone is."), findings)
    response, _new = SurveyResponse.objects.get_or_create(
        survey=locked, defaults={"made_by": actor_label(by)}
    )
    if response.published_on and (response.you_said, response.we_did) == (you_said, we_did):
        return response
    is_first = response.first_published_on is None
    response.you_said, response.we_did, response.made_by = you_said, we_did, actor_label(by)
    response.published_on = response.published_on or clock.today()
    response.first_published_on = response.first_published_on or clock.today()
    response.save()
    write("cohorts.publish_survey_response", response, by=by)
    if is_first:
        people = User.objects.filter(
            enrolments__cohort=locked.cohort_id,
            enrolments__state__in=[EnrolmentState.ENROLLED, EnrolmentState.COMPLETED],
        )
        tell_many(
            [
                (
                    person,
                    _("What changes because of your answers: %(title)s") % {"title": locked.title},
                    _(
                        "The people who teach you have read what the cohort answered, and say what they will do."
                    ),
                    "/study/surveys/#responses",
                )
                for person in people.order_by("pk")
            ]
        )
    return response


@transaction.atomic
def withdraw_response(survey, *, by) -> SurveyResponse | None:
    """1. nobody reads it any more but those who wrote it, 2. the record is written. Nobody is told. Twice is once."""
    locked = lock_survey(survey)
    insist(may_run_survey(by, locked.cohort, locked.module))
    response = SurveyResponse.objects.filter(survey=locked).first()
    if response is None or response.published_on is None:
        return response
    response.published_on = None
    response.save(update_fields=["published_on"])
    write("cohorts.withdraw_survey_response", response, by=by)
    return response


@transaction.atomic
def remove_text(survey, key, text, reason, *, by) -> bool:
    """Take one text out of the answers, because it tells who somebody is or harms somebody. 1. it is gone, 2. the record is written with the reason, without the
    text. Whether it was there: twice is once. Refused without a reason, and before the survey is over."""
    locked = lock_survey(survey)
    insist(may_run_survey(by, locked.cohort, locked.module))
    if not results_of(locked).is_shown:
        raise Refused(_("Texts can be read, and removed, once the survey is over."))
    if not reason.strip():
        raise Refused(_("Enter the reason."))
    tally = SurveyTally.objects.get(survey=locked)
    words = list(tally.texts.get(key, []))
    # A browser sends back another white space than stands there.
    same = next((one for one in words if one.split() == text.split()), None)
    if same is None:
        return False
    words.remove(same)
    tally.texts = {**tally.texts, key: words}
    tally.save(update_fields=["texts"])
    write(
        "cohorts.remove_survey_text", locked, by=by, after={"question": key}, reason=reason.strip()
    )
    return True
