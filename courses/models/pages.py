"""The pages authors write on; each points at a plain row, and nothing ever points at a page."""

from django import forms
from django.db import models
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from lms.kit.nations import ALL
from lms.people.models import Role
from lms.people.roles import has_role

from ..blocks import CoreBlocks, UnitBlocks
from .curriculum import Module, Programme, Unit, UnitVersion, Variant


def day_panel(name):
    """A day by the browser's own picker: Wagtail's needs an inline script, which the policy refuses."""
    return FieldPanel(name, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def choice_panel(name):
    """A row of ours by a plain list: Wagtail's chooser for a field needs an inline script, which the policy refuses."""
    return FieldPanel(name, widget=forms.Select)


class Reviewed(WagtailAdminPageForm):
    """The words of a page are its author's, and stay as they are while it is in review: others may comment on them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = self.for_user is not None and self.instance.pk
        if asked and (
            self.instance.workflow_in_progress or not has_role(self.for_user, Role.AUTHOR)
        ):
            for field in self.fields.values():
                field.disabled = True


class Pointing(Reviewed):
    """A copy starts without the row it points at; nothing is published without one."""

    NEEDED = ("programme", "module", "unit", "variant", "review_by")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in set(self.NEEDED) & set(self.fields):
            self.fields[name].required = True


class ProgrammePage(Page):
    """The public outline of a programme."""

    PERSONAL_DATA = {}

    # Empty only on a copy, until its author has chosen; so below.
    programme = models.OneToOneField(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    content_panels = [*Page.content_panels, choice_panel("programme")]
    exclude_fields_in_copy = ["programme"]
    base_form_class = Pointing
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["courses.ModulePage"]
    template = "courses/programme.html"

    def get_context(self, request, *args, **kwargs):
        from ..queries import outline

        if self.programme is None:
            raise Http404("This page has no programme yet.")
        addresses = {
            m.module_id: m.get_url(request) for m in ModulePage.objects.child_of(self).live()
        }
        modules = [{"module": m, "url": addresses.get(m.pk)} for m in outline(self.programme)]
        return {
            **super().get_context(request, *args, **kwargs),
            "programme": self.programme,
            "modules": modules,
        }


class ModulePage(Page):
    """The public outline of a module."""

    PERSONAL_DATA = {}

    module = models.OneToOneField(
        Module, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    content_panels = [*Page.content_panels, choice_panel("module")]
    exclude_fields_in_copy = ["module"]
    base_form_class = Pointing
    parent_page_types = ["courses.ProgrammePage"]
    subpage_types = ["courses.UnitPage", "courses.CorePage"]
    template = "courses/module_outline.html"

    def get_context(self, request, *args, **kwargs):
        from ..queries import outline

        if self.module is None:
            raise Http404("This page has no module yet.")
        module = next(m for m in outline(self.module.programme) if m.pk == self.module_id)
        return {
            **super().get_context(request, *args, **kwargs),
            "module": module,
            "programme_page": self.get_parent(),
        }


class CorePage(Page):
    """What a unit says in every nation, with gaps that each nation's page fills. Nobody reads it alone."""

    PERSONAL_DATA = {}

    unit = models.OneToOneField(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    body = StreamField(CoreBlocks(), blank=True)

    content_panels = [*Page.content_panels, choice_panel("unit"), FieldPanel("body")]
    exclude_fields_in_copy = ["unit"]
    base_form_class = Pointing
    parent_page_types = ["courses.ModulePage"]
    subpage_types = []
    preview_modes = []

    def serve(self, request, *args, **kwargs):
        if self.unit is None:
            raise Http404("This page has no unit yet.")
        return HttpResponseRedirect(reverse("courses:unit", args=[self.unit.code]))


class UnitPage(Page):
    """What an author writes for one variant of a unit; readers see its published versions, never this page."""

    PERSONAL_DATA = {}

    variant = models.OneToOneField(
        Variant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("unit and nations"),
    )
    outcomes = models.TextField(
        blank=True, help_text=gettext_lazy("What a reader will be able to do: one on each line.")
    )
    content_note = models.CharField(
        max_length=300, blank=True, help_text=gettext_lazy("Shown before the unit begins.")
    )
    review_by = models.DateField(
        null=True, blank=True, help_text=gettext_lazy("When somebody reads the law in it again.")
    )
    body = StreamField(UnitBlocks(), blank=True)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                choice_panel("variant"),
                FieldPanel("outcomes"),
                FieldPanel("content_note"),
                day_panel("review_by"),
            ],
            heading=gettext_lazy("About the unit"),
        ),
        FieldPanel("body"),
    ]
    exclude_fields_in_copy = ["variant"]
    base_form_class = Pointing
    parent_page_types = ["courses.ModulePage"]
    subpage_types = []

    @property
    def core(self):
        """The published core of this page's unit, or None."""
        if not self.variant_id:
            return None
        return CorePage.objects.filter(unit_id=self.variant.unit_id, live=True).first()

    @property
    def outcome_lines(self):
        return [line.strip() for line in self.outcomes.splitlines() if line.strip()]

    def serve(self, request, *args, **kwargs):
        """One gate to what is taught: the reader's own address."""
        if self.variant is None:
            raise Http404("This page has no unit yet.")
        return HttpResponseRedirect(reverse("courses:unit", args=[self.variant.unit.code]))

    def serve_preview(self, request, mode_name):
        from ..rendering.units import draw

        drawn = draw(self, self.core)
        version = UnitVersion(
            title=drawn.title,
            outcomes=drawn.outcomes,
            content_note=drawn.content_note,
            html=drawn.html,
            provisions=drawn.provisions,
            review_by=drawn.review_by,
        )
        about = self.variant or Variant(nations=ALL)
        return render(request, "courses/preview.html", {"version": version, "variant": about})
