"""What the student record system calls our modules and their pieces of work."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.models import Module
from lms.kit.lists import address, page_of, words_of
from lms.kit.refusals import insist, refusals_at

from ..actions.export_profiles import codes_seen, write_codes
from ..export_forms import CodesForm
from ..queries.exports import module_codes, piece_codes
from ..rules import may_write_profiles


@login_required
@never_cache
@require_GET
def record_codes(request):
    """Modules, each with what is written down."""
    insist(may_write_profiles(request.user))
    wanted = words_of(request.GET)
    rows = Module.objects.select_related("programme").order_by("programme__title", "order", "code")
    for word in wanted.split():
        rows = rows.filter(title__icontains=word) | rows.filter(code__icontains=word)
    page = page_of(rows, request.GET.get("page"))
    codes = module_codes([module.pk for module in page])
    return render(
        request,
        "assessments/exports/codes.html",
        {
            "page": page,
            "rows": [{"module": module, "codes": codes.get(module.pk)} for module in page],
            "wanted": wanted,
            "query": address(q=wanted),
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def record_codes_of(request, code):
    """The codes of one module and of its pieces of work."""
    insist(may_write_profiles(request.user))
    module = get_object_or_404(Module.objects.select_related("programme"), code__iexact=code)
    pieces = list(module.assessments.order_by("code"))
    now = module_codes([module.pk]).get(module.pk)
    of_pieces = piece_codes([piece.pk for piece in pieces])
    initial = {name: getattr(now, name, "") for name in CodesForm.MODULE}
    for piece in pieces:
        line = of_pieces.get(piece.pk)
        initial |= {f"{name}_{piece.pk}": getattr(line, name, "") for name in CodesForm.PIECE}
    form = CodesForm(
        request.POST if request.method == "POST" else None, pieces=pieces, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            write_codes(
                module,
                form.of_module(),
                form.of_pieces(),
                by=request.user,
                seen=request.POST.get("seen", ""),
            )
            messages.success(request, _("The codes of %(code)s are saved.") % {"code": module.code})
            return redirect("assessments:record_codes")
    return render(
        request,
        "assessments/exports/codes_of.html",
        {
            "module": module,
            "form": form,
            "line": now,
            "seen": request.POST.get("seen") or codes_seen(now, of_pieces.values()),
        },
        status=422 if form.errors else 200,
    )
