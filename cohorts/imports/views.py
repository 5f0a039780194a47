"""Bringing files in: choose, read every row, then write all of it or nothing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit import clock
from lms.kit.refusals import Refused
from lms.kit.spreadsheets import TYPES, as_csv, as_xlsx

from ..employment.queries import names_of_actors
from ..employment.rules import may_export_register
from ..permissions import home_of, open_to
from ..sheets.columns import columns_of
from ..sheets.headers import KINDS
from ..sheets.table import MOST_BYTES, FileProblem
from . import verdicts
from .actions import (
    begin_import,
    check_import,
    drop_import,
    note_export,
    recheck_import,
    write_import,
)
from .forms import ExportForm, FileForm
from .models import Import
from .register_exports import MOST_IN_WORKBOOK, csv_parts, lines_to_export, workbook
from .rules import may_be_written, may_bring_files
from .states import ImportState

TONES = {"new": "good", "changed": "wait", "unchanged": "plain", "refused": "stop"}
STATE_TONES = {
    ImportState.CHECKED: "wait",
    ImportState.WRITING: "wait",
    ImportState.WRITTEN: "good",
    ImportState.DROPPED: "plain",
}
MOST_ON_A_PAGE = 100  # rows to write; the worker writes a longer file, and its page follows
AWAY = 60  # seconds that a file waits before its page says that nothing goes on


@open_to(may_bring_files)
def files(request):
    """Bring a file; below it the files that were brought."""
    form = FileForm(
        request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind")}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            content = data["file"].read(MOST_BYTES + 1)
            made = check_import(
                data["kind"],
                data["file"].name,
                content,
                by=request.user,
                leave_out=data["leave_out"],
            )
            return redirect("cohorts:import", made.pk)
        except FileProblem as problem:
            *others, last = problem.sentences
            for sentence in (
                *others,
                _("%(last)s Nothing was written. Mend the file and choose it again.")
                % {"last": last},
            ):
                form.add_error("file", sentence)
    page = Paginator(Import.objects.defer("rows"), 15).get_page(request.GET.get("page"))
    names = names_of_actors({i.made_by for i in page})
    brought = [
        {
            "file": i,
            "by": names[i.made_by],
            "counts": counts_in_words(i),
            "tone": STATE_TONES[i.state],
        }
        for i in page
    ]
    kinds = [
        {"kind": kind, "name": name, "columns": columns_of(kind)} for kind, name in KINDS.items()
    ]
    return render(
        request,
        "cohorts/files.html",
        {
            "form": form,
            "page": page,
            "brought": brought,
            "kinds": kinds,
            "home": home_of(request.user),
        },
    )


@never_cache
@open_to(may_bring_files)
def file(request, pk):
    """Every row with its verdict, and what can be done with the file now."""
    found = get_object_or_404(Import, pk=pk)
    wanted = request.GET.get("verdict", "")
    rows = [
        row for row in found.rows if wanted not in verdicts.VERDICTS or row["verdict"] == wanted
    ]
    for row in rows:
        row["tone"], row["label"] = TONES[row["verdict"]], verdicts.VERDICTS[row["verdict"]]
    counted = verdicts.counts_of(found)
    tally = [
        {"verdict": verdict, "label": label, "count": counted[verdict]}
        for verdict, label in verdicts.VERDICTS.items()
    ]
    return render(
        request,
        "cohorts/file.html",
        {
            "file": found,
            "page": Paginator(rows, 100).get_page(request.GET.get("page")),
            "tally": tally,
            "counts": counted,
            "to_write": counted["new"] + counted["changed"],
            "wanted": verdicts.VERDICTS.get(wanted),
            "verdict": wanted,
            "in_words": to_write(counted),
            "may": may_be_written(found),
            "made_by": names_of_actors([found.made_by])[found.made_by],
            "tone": STATE_TONES[found.state],
            "is_waiting": found.state == ImportState.CHECKED,
            "is_writing": found.state == ImportState.WRITING,
            "is_late": found.state == ImportState.WRITING
            and (clock.now() - found.begun_at).total_seconds() > AWAY,
        },
    )


@require_POST
@open_to(may_bring_files)
def write(request, pk):
    """Write the file, whole. Pressed twice, it is written once."""
    found = get_object_or_404(Import.objects.defer("rows"), pk=pk)
    was_written = found.state == ImportState.WRITTEN
    counted = verdicts.counts_of(found)
    try:
        if not was_written and counted["new"] + counted["changed"] > MOST_ON_A_PAGE:
            begin_import(found, by=request.user)
            return redirect("cohorts:import", pk)
        done = write_import(found, by=request.user)
    except Refused as why:
        messages.error(request, str(why))
        return redirect("cohorts:import", pk)
    if was_written:
        messages.info(request, _("This file had been written already. Nothing was written twice."))
    else:
        messages.success(
            request,
            _("Written: %(to_write)s.") % {"to_write": to_write(verdicts.counts_of(done))},
        )
    return redirect("cohorts:import", pk)


@require_POST
@open_to(may_bring_files)
def check_again(request, pk):
    """Judge the rows again, as things are stored now."""
    recheck_import(get_object_or_404(Import, pk=pk), by=request.user)
    messages.success(request, _("Every row has been checked again. Nothing was written."))
    return redirect("cohorts:import", pk)


@require_POST
@open_to(may_bring_files)
def drop(request, pk):
    """Forget a file that nobody will write."""
    drop_import(get_object_or_404(Import, pk=pk), by=request.user)
    messages.success(
        request, _("The file was dropped and its rows are forgotten. Nothing was written.")
    )
    return redirect("cohorts:imports")


@never_cache
@open_to(may_bring_files)
def refused_rows(request, pk):
    """The refused rows as CSV, with a column that says why, to mend and bring again."""
    found = get_object_or_404(Import, pk=pk)
    names = [column.name for column in columns_of(found.kind)]
    table = [["row", "why_not", *names]]
    for row in found.rows:
        if row["verdict"] == "refused":
            why = " ".join(
                f"{r['cell'] or 'Row'} {r['column']}: {r['why']}".strip() for r in row["reasons"]
            )
            table.append([row["row"], why, *(row["cells"].get(name, "") for name in names)])
    name = slugify(found.file_name.rpartition(".")[0]) or "file"
    return as_file(as_csv(table), TYPES["csv"], f"{name}-refused.csv")


@open_to(may_bring_files)
def sample(request, kind, ending):
    """An example of each file, with one invented row."""
    if kind not in KINDS or ending not in ("csv", "xlsx"):
        raise Http404
    columns = columns_of(kind)
    table = [[c.name for c in columns], [c.example for c in columns]]
    name = f"sample-{kind}-file.{ending}"
    write = as_csv if ending == "csv" else as_xlsx
    return as_file(write(table), TYPES[ending], name)


@never_cache
@open_to(may_export_register)
def export(request):
    """The register as a file in the form that the import reads. The register is asked, never browsed: Hub officers alone take it out, and the record says who did."""
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        lines = lines_to_export(data["which"], form.organisation)
        count = lines.count()
        if data["ending"] == "xlsx" and count > MOST_IN_WORKBOOK:
            form.add_error(
                "ending",
                _("%(count)s posts are too many for a workbook. Select CSV, or one organisation.")
                % {"count": f"{count:,}"},
            )
        else:
            note_export(data["which"], data["ending"], form.organisation, count, by=request.user)
            name = f"employment-register-{clock.today().isoformat()}.{data['ending']}"
            if data["ending"] == "xlsx":
                return as_file(workbook(lines), TYPES["xlsx"], name)
            return StreamingHttpResponse(
                csv_parts(lines),
                content_type=TYPES["csv"],
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
    return render(request, "cohorts/register_export.html", {"form": form})


def to_write(counted):
    """“1 new row and 2 changed rows”."""
    kinds = [
        f"{counted[v]} {v} {'row' if counted[v] == 1 else 'rows'}"
        for v in ("new", "changed")
        if counted[v]
    ]
    return " and ".join(kinds) or _("nothing, for everything stored was as the file says")


def counts_in_words(import_):
    """“22 new, 2 changed” for a list of files."""
    counted = verdicts.counts_of(import_)
    return ", ".join(
        f"{n} {verdicts.VERDICTS[verdict].lower()}" for verdict, n in counted.items() if n
    )


def as_file(content, kind, name):
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
