"""The Hub's lists of organisations and of calls, as files."""

from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import clock, nations
from lms.kit.list_files import ListFile, send
from lms.kit.lists import chosen, words_of
from lms.kit.nations import NATIONS

from ...organisations.models import TelephoneTask
from ...organisations.rules import may_approve
from ...permissions import open_to
from ..queries import DUE, organisations_for_hub, sectors, with_approval
from .organisations import FILTERS

ORGANISATIONS = {
    "code": lambda line: line["organisation"].code,
    "name": lambda line: line["organisation"].name,
    "nations": lambda line: "; ".join(nations.labels(line["organisation"].nations)),
    "sector": lambda line: line["organisation"].sector,
    "approval": lambda line: line["approval"].label,
    "since": lambda line: line["approval"].since,
    "next": lambda line: line["approval"].next_label,
    "next_from": lambda line: line["approval"].next_day,
    "people": lambda line: line["people"],
}
CALLS = {
    "organisation": lambda call: call.organisation.code,
    "name": lambda call: call.organisation.name,
    "subject": lambda call: call.subject,
    "text": lambda call: call.text,
    "since": lambda call: localtime(call.made_at).date(),
}


@require_POST
@never_cache
@open_to(may_approve)
def organisations(request, ending):
    day, query = clock.today(), request.POST
    rows = organisations_for_hub(
        day,
        wanted=words_of(query),
        **chosen(
            query,
            approval=["", *FILTERS],
            nation=["", *NATIONS],
            sector=["", *sectors()],
            due=DUE,
        ),
    )
    listed = ListFile(
        "organisations",
        rows,
        ORGANISATIONS,
        may_approve,
        lambda some: with_approval(some, day),
    )
    return send(listed, ending, by=request.user)


@require_POST
@never_cache
@open_to(may_approve)
def calls(request, ending):
    rows = TelephoneTask.objects.filter(recorded_at=None).select_related("organisation")
    listed = ListFile("calls", rows.order_by("made_at", "pk"), CALLS, may_approve)
    return send(listed, ending, by=request.user)
