"""What the desk's form does besides marks: phrases put into the comment, and comments at places of the script."""

from lms.kit.addresses import number_in
from lms.kit.refusals import Refused

from ..actions.places import annotate, remove_annotation
from ..forms.marks import RemarkForm
from ..models import Allocation
from ..queries import snippets_of


def task_of(script):
    return Allocation.objects.select_related("submission__enrolment").get(pk=script.allocation_id)


def with_snippet(request, action, key):
    """What was typed, with a phrase of the marker's own at the end of the comment where that button was pressed."""
    phrase = action == "insert" and snippets_of(request.user).filter(pk=number_in(key)).first()
    if not phrase:
        return request.POST
    typed = request.POST.copy()
    typed["comment"] = "\n".join(filter(None, (typed.get("comment", "").rstrip(), phrase.text)))
    return typed


def act_on_remarks(request, script, action, key):
    """(a form of a comment at a place that is not right, or None, the place in the page to go to next). What stands typed is added, whichever
    button is pressed: it would be lost on the next page."""
    if action == "remove":
        remove_annotation(task_of(script), number_in(key), by=request.user)
    if action == "annotate" or request.POST.get("remark_text", "").strip():
        form = RemarkForm(script, request.POST)
        if not (form.is_valid() and _annotate(request, script, form)):
            return form, ""
    where = {
        "insert": "#id_comment",
        "change": f"?remark={number_in(key)}#remarks",
        "remove": "#remarks",
        "annotate": "#remarks",
    }
    return None, where.get(action, "")


def _annotate(request, script, form):
    given, key = form.cleaned_data, request.POST.get("remark_key", "")
    try:
        return annotate(
            task_of(script),
            given["remark_place"],
            given["remark_text"],
            by=request.user,
            annotation=number_in(key) if key else None,
            seen=request.POST.get("seen"),
        )
    except Refused as refusal:
        form.add_error("remark_place", str(refusal))
        return None


def remark_in(typed):
    """A comment at a place that was typed and not added yet."""
    return {name: typed.get(name, "") for name in ("remark_place", "remark_text", "remark_key")}


def to_change(request, script):
    """The comment at a place that its marker wants to change."""
    key = number_in(request.GET.get("remark"))
    one = next((one for one in script.remarks if one.pk and one.pk == key), None)
    return one and {"remark_place": one.place, "remark_text": one.text, "remark_key": one.pk}


def remark_context(request, script, remark):
    """`remark`: a form of a comment at a place that came back, or what stands in it, or None."""
    typed = remark_in(request.POST) if request.method == "POST" else {}
    if isinstance(remark, RemarkForm):
        return {"remark": remark, "remark_key": typed["remark_key"]}
    there = remark or typed
    return {"remark": RemarkForm(script, initial=there), "remark_key": there.get("remark_key", "")}
