"""Search of people, for registrars and Hub officers. What is looked for is in the session, so that it is in no address and no log."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit import clock
from lms.kit.lists import page_of, words_of
from lms.kit.refusals import Refused, insist
from lms.kit.spreadsheets import TYPES, WRITERS
from lms.people.models import Role
from lms.people.roles import has_role

from ..actions.people_exports import export_found
from ..queries.people_search import people_found, with_places
from ..rules import may_export_people, may_search_people

WANTED = "certificates.people_search"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def people_search(request):
    """Twenty-five people at a time; nobody is listed before something is looked for."""
    insist(may_search_people(request.user))
    if request.method == "POST":
        request.session[WANTED] = words_of(request.POST)
        return redirect(request.path)
    wanted, today = request.session.get(WANTED, ""), clock.today()
    page = page_of(people_found(wanted), request.GET.get("page"))
    is_hub = has_role(request.user, Role.HUB_OFFICER)
    return render(
        request,
        "certificates/people_search.html",
        {
            "wanted": wanted,
            "page": page,
            "people": with_places(page.object_list, today),
            "is_hub": is_hub,
            "may_export": may_export_people(request.user),
            "home": "/hub/" if is_hub else "/registry/",
        },
    )


@require_POST
@login_required
@never_cache
def people_search_file(request, ending):
    """The same people as a file; where something else was searched for meanwhile, in another window, the list of that and no file."""
    insist(may_export_people(request.user))
    if ending not in WRITERS:
        raise Http404
    wanted = request.session.get(WANTED, "")
    if words_of(request.POST) != wanted:
        messages.warning(
            request,
            _(
                "You have searched for something else since. This is what was found; download it anew."
            ),
        )
        return redirect("certificates:people_search")
    try:
        rows = export_found(wanted, ending, by=request.user)
    except Refused as why:
        messages.error(request, str(why))
        return redirect("certificates:people_search")
    return HttpResponse(
        WRITERS[ending](rows),
        content_type=TYPES[ending],
        headers={
            "Content-Disposition": f'attachment; filename="people-{clock.today():%Y-%m-%d}.{ending}"'
        },
    )
