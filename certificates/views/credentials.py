"""What programs read: who issues, with which keys, a credential by its address, and the lists that say which no longer hold."""

from functools import wraps

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from lms.kit import clock

from ..actions.credentials import fresh_list
from ..document import drawing
from ..models import Credential, StatusList
from ..signing import keys
from ..signing import open_badges as badges

JWT = "application/vc+jwt"


def for_programs(response):
    """Public, and readable by a wallet that runs in a browser elsewhere."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


def by_accept(view):
    """Programs and people get different answers at one address: a cache keeps them apart, and keeps no person's page."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if response["Content-Type"].startswith("text/html"):
            add_never_cache_headers(response)
        patch_vary_headers(response, ["Accept"])
        return response

    return answered


def as_json(document):
    return for_programs(JsonResponse(document, json_dumps_params={"ensure_ascii": False}))


@require_safe
@cache_control(public=True, max_age=3600)
def issuer(request):
    return as_json(
        {"@context": badges.CONTEXT, **badges.issuer(), "description": badges.ABOUT_ISSUER}
    )


@require_safe
@cache_control(public=True, max_age=300)
def jwks(request):
    """Every public key that ever signed a credential or a receipt here."""
    return as_json(keys.jwks())


@require_safe
@cache_control(public=True, max_age=3600)
def key(request, kid):
    found = keys.public_jwk(kid)
    if found is None:
        raise Http404("No key of ours has this id.")
    return as_json(found)


@require_safe
@never_cache
@by_accept
def credential(request, uid):
    """The credential as it was signed; for a person's browser a page that says what the credential itself says, and leads to
    the check. It names nobody, and of an accreditation it tells nothing about today, of anybody: a page that fell silent for
    some would mark who asked to be hidden."""
    credential = get_object_or_404(
        Credential.objects.with_revoked().select_related("certificate"), uid=uid
    )
    if "text/html" not in request.headers.get("Accept", ""):
        return for_programs(HttpResponse(credential.token, content_type=JWT))
    is_award = credential.kind == Credential.AWARD
    response = render(
        request,
        "certificates/credential.html",
        {
            "held": credential,
            "what": badges.achievement(credential.kind),
            "today": clock.today(),
            "is_award": is_award,
            "is_revoked": is_award and credential.is_revoked,
            "certificate": credential.certificate,
        },
    )
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
@by_accept
def achievement(request, kind):
    if kind not in (Credential.AWARD, Credential.ACCREDITATION):
        raise Http404("There is no such achievement.")
    said = {"@context": badges.CONTEXT, **badges.achievement(kind)}
    if "text/html" in request.headers.get("Accept", ""):
        return render(request, "certificates/achievement.html", {"what": said, "kind": kind})
    response = as_json(said)
    patch_cache_control(response, public=True, max_age=3600)
    return response


@require_safe
@cache_control(public=True, max_age=86400)
def picture(request, kind):
    if kind not in (Credential.AWARD, Credential.ACCREDITATION):
        raise Http404("There is no such picture.")
    return for_programs(
        HttpResponse(drawing.badge_png(kind == Credential.AWARD), content_type="image/png")
    )


@require_safe
@cache_control(public=True, max_age=60)
def status(request, pk):
    listed = fresh_list(get_object_or_404(StatusList, pk=pk))
    return for_programs(HttpResponse(listed.token, content_type=JWT))
