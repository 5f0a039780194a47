"""What course authors find in Wagtail's admin; reviewers come in for what they review (`editor_hooks`), nobody else."""

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from lms.kit import nations
from lms.kit.refusals import insist

from .actions import note_curriculum, note_dropped
from .actions.editor_access import CURRICULUM
from .editor import hooks as editor_hooks  # noqa: F401 - registers its own
from .editor import top_ups  # noqa: F401 - registers its own
from .forms.study import (
    HelplineForm,
    ModuleForm,
    ProvisionForm,
    TermForm,
    UnitForm,
    VariantForm,
    WorkForm,
)
from .models import (
    Citation,
    FormativeTask,
    Helpline,
    Module,
    Prerequisite,
    Programme,
    Provision,
    StudyTask,
    Term,
    Unit,
    Variant,
    Work,
)
from .models.pages import choice_panel, day_panel
from .rules import may_publish

ROWS = {"programme", "module", "unit", "variant", "first", "owner"}
SETS = {"modules", "units", "works"}


def fields(*names):
    """Panels; a row of ours is chosen from a plain list, for Wagtail's chooser needs an inline script."""
    return [
        choice_panel(name)
        if name in ROWS
        else FieldPanel(name, widget=forms.CheckboxSelectMultiple)
        if name in SETS
        else FieldPanel(name)
        for name in names
    ]


class ProvisionViewSet(SnippetViewSet):
    model = Provision
    icon = "link"
    menu_label = gettext_lazy("Provisions of law")
    list_display = [
        "act",
        "section",
        Column("jurisdiction_names", label=gettext_lazy("Nations")),
        Column(
            "get_commencement_display", label=gettext_lazy("Commencement"), sort_key="commencement"
        ),
        "as_at",
        "review_by",
    ]
    list_filter = ["commencement", "act"]
    search_fields = ["act", "section", "title", "summary"]
    ordering = ["act", "section"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldRowPanel(fields("act", "section")), *fields("jurisdictions", "key")],
                heading=gettext_lazy("Which law"),
            ),
            MultiFieldPanel(
                [
                    *fields("title", "summary", "rights", "extent", "commencement"),
                    day_panel("commenced_on"),
                    *fields("instrument"),
                ],
                heading=gettext_lazy("What it says"),
            ),
            MultiFieldPanel(
                [
                    *fields("source", "read_at", "basis"),
                    FieldRowPanel([day_panel("as_at"), day_panel("review_by")]),
                    *fields("owner"),
                ],
                heading=gettext_lazy("Where it was read, and when it is read again"),
            ),
        ],
        base_form_class=ProvisionForm,
    )


class ProgrammeViewSet(SnippetViewSet):
    model = Programme
    icon = "folder-open-inverse"
    list_display = ["title", "code", "credits"]
    panels = fields("code", "title", "credits", "level", "notice")


class ModuleViewSet(SnippetViewSet):
    model = Module
    icon = "folder"
    list_display = ["code", "title", "credits", "order"]
    edit_handler = ObjectList(
        fields(
            "programme",
            "code",
            "title",
            "credits",
            "level",
            "order",
            "summary",
            "outcomes",
            "subject_areas",
            "taught_hours",
            "assessment_hours",
        ),
        base_form_class=ModuleForm,
    )


class UnitViewSet(SnippetViewSet):
    model = Unit
    icon = "doc-full"
    list_display = ["code", "title", "module", "minutes"]
    edit_handler = ObjectList(
        fields("module", "code", "title", "order", "minutes", "needs"), base_form_class=UnitForm
    )


class VariantViewSet(SnippetViewSet):
    model = Variant
    icon = "globe"
    menu_label = gettext_lazy("Units by nation")
    list_display = ["unit", "key"]
    edit_handler = ObjectList(fields("unit", "key", "nations"), base_form_class=VariantForm)


class PrerequisiteViewSet(SnippetViewSet):
    model = Prerequisite
    icon = "order"
    menu_label = gettext_lazy("What comes first")
    list_display = ["unit", "first", "why"]
    panels = fields("unit", "first", "why")


class TermViewSet(SnippetViewSet):
    model = Term
    icon = "openquote"
    menu_label = gettext_lazy("Glossary")
    list_display = ["term", "key"]
    search_fields = ["term", "meaning"]
    edit_handler = ObjectList(
        fields("term", "key", "also", "meaning", "nations"), base_form_class=TermForm
    )


class HelplineViewSet(SnippetViewSet):
    model = Helpline
    icon = "group"
    menu_label = gettext_lazy("Contacts and helplines")
    list_display = ["name", "phone", "checked_on"]
    search_fields = ["name", "who_for"]
    ordering = ["checked_on"]
    edit_handler = ObjectList(
        [
            *fields("name", "key", "nations", "phone", "hours", "web", "who_for", "source"),
            day_panel("checked_on"),
        ],
        base_form_class=HelplineForm,
    )


class WorkViewSet(SnippetViewSet):
    model = Work
    icon = "list-ul"
    menu_label = gettext_lazy("Reading lists")
    list_display = ["authors", "year", "title", "kind", "verified_on"]
    list_filter = ["kind"]
    search_fields = ["authors", "title"]
    ordering = ["authors", "year"]
    edit_handler = ObjectList(
        [
            *fields(
                "key",
                "kind",
                "authors",
                "year",
                "title",
                "published_in",
                "address",
                "argues",
                "disputed",
            ),
            day_panel("verified_on"),
            *fields("verified_at", "is_core", "nations", "modules", "units"),
        ],
        base_form_class=WorkForm,
    )


class StudyTaskViewSet(SnippetViewSet):
    model = StudyTask
    icon = "time"
    menu_label = gettext_lazy("Guided study")
    list_display = ["title", "module", "minutes"]
    panels = fields("module", "order", "title", "minutes", "text", "works")


class FormativeTaskViewSet(SnippetViewSet):
    model = FormativeTask
    icon = "edit"
    menu_label = gettext_lazy("Practice tasks")
    list_display = ["title", "module", "minutes"]
    panels = fields("module", "title", "minutes", "brief", "model_answer", "commentary")


class Curriculum(SnippetViewSetGroup):
    menu_label = gettext_lazy("Curriculum")
    menu_icon = "list-ul"
    menu_order = 110
    items = (
        ProvisionViewSet,
        ProgrammeViewSet,
        ModuleViewSet,
        UnitViewSet,
        VariantViewSet,
        PrerequisiteViewSet,
        TermViewSet,
        HelplineViewSet,
        WorkViewSet,
        StudyTaskViewSet,
        FormativeTaskViewSet,
    )


register_snippet(Curriculum)


@hooks.register("before_serve_document")
def signed_in_only(document, request):
    """Films, recordings and papers of the course are for those who are signed in."""
    return None if request.user.is_authenticated else redirect_to_login(request.get_full_path())


def authors_only(request, *args, **kwargs):
    """Wagtail's group says what an author's screens are; the role says who is an author today."""
    insist(may_publish(request.user))


for moment in (
    "before_create_page",
    "before_publish_page",
    "before_unpublish_page",
    "before_delete_page",
    "before_move_page",
    "before_copy_page",
    "before_create_snippet",
    "before_edit_snippet",
    "before_delete_snippet",
    "before_bulk_action",
):
    hooks.register(moment, authors_only)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def write_down(request, thing):
    """A changed row of the ledger is recorded; what a provision says is changed where those who learned it can be told."""
    if not isinstance(thing, CURRICULUM):
        return
    note_curriculum(thing, by=request.user)
    if isinstance(thing, Variant):
        for words in describe_variant(thing):
            messages.info(request, words)
    if isinstance(thing, Provision) and Citation.objects.filter(provision=thing).exists():
        where = reverse("courses:change_law", args=[thing.key])
        messages.info(
            request,
            format_html(
                _(
                    'Units teach this provision. When the law itself changes, <a href="{}">record the change</a>: '
                    "then those who learned the old text are told."
                ),
                where,
            ),
        )


def describe_variant(variant) -> list[str]:
    """What a row of “Units by nation” does to those who learn, for its author."""
    sentences, target = [], set(variant.target)
    others = list(variant.unit.variants.exclude(pk=variant.pk))
    if not variant.versions.exists():
        sentences.append(
            _(
                "Nothing changes for trainees until the page of this unit is published for these nations."
            )
        )
    elif variant.coming is not None:
        sentences.append(
            _(
                "Nothing changes for trainees yet. It is for %(nations)s from the next time its page is published: "
                "submit the page to the course review, where it says whose programme changes."
            )
            % {"nations": nations.sentence(variant.coming)}
        )
    for other in others:
        if both := target & set(other.target):
            sentences.append(
                _(
                    "%(nations)s: “%(other_key)s” is for this too. Trainees there have one text of a unit: the one that is "
                    "published last. What they studied of the other stays done. If that is not meant, change the nations of one of them."
                )
                % {"nations": nations.sentence(both), "other_key": other.key}
            )
    if missing := [
        code
        for code in nations.ALL
        if not any(code in v for v in (target, *(o.target for o in others)))
    ]:
        sentences.append(
            _(
                "%(nations)s: no text of this unit is for this, so trainees there do not have the unit. If that is not meant, "
                "add the nation here, or add another row for it."
            )
            % {"nations": nations.sentence(missing)}
        )
    return sentences


@hooks.register("after_delete_snippet")
def write_down_dropped(request, things):
    for thing in things:
        if isinstance(thing, Prerequisite):
            note_dropped(thing, by=request.user)
