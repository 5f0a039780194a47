"""Which file is taken in, and for which page; it looks at no more of a file than its name and size."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from ..editor.overview import names_of
from ..models import CorePage, UnitPage


def pages_by_module() -> list[tuple[str, list[tuple[int, str]]]]:
    """Every page that holds the words of a unit, below its module: the core first, then the nations."""
    rows = [
        (page.unit, "", _("Core, for every nation"), page)
        for page in CorePage.objects.exclude(unit=None).select_related("unit__module")
    ]
    rows += [
        (page.variant.unit, page.variant.key, names_of(page.variant), page)
        for page in UnitPage.objects.exclude(variant=None).select_related("variant__unit__module")
    ]
    groups = {}
    for unit, _unused, where, page in sorted(
        rows,
        key=lambda row: (
            row[0].module.order,
            row[0].module.code,
            row[0].order,
            row[0].code,
            row[1],
        ),
    ):
        groups.setdefault(f"{unit.module}", []).append((page.pk, f"{unit}: {where}"))
    return list(groups.items())


class ImportForm(forms.Form):
    page = forms.TypedChoiceField(
        label=gettext_lazy("Which page is it for?"),
        coerce=int,
        help_text=gettext_lazy(
            "A unit has a page for each nation, or one for all of them. What every nation reads stands on its core."
        ),
        error_messages={
            "required": gettext_lazy("Choose the page it is for."),
            "invalid_choice": gettext_lazy("That page is not there any more. Choose one of these."),
        },
    )
    file = forms.FileField(
        label=gettext_lazy("The file"),
        allow_empty_file=True,
        max_length=200,
        help_text=gettext_lazy(
            "A Word file (.docx), or questions as Moodle XML (.xml), GIFT (.gift, .txt) or Aiken (.txt, .aiken)."
        ),
        widget=forms.FileInput(attrs={"accept": ".docx,.xml,.gift,.txt,.aiken"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "invalid": gettext_lazy("No file came with the form. Choose it again."),
            "missing": gettext_lazy("No file came with the form. Choose it again."),
            "max_length": gettext_lazy(
                "The name of this file is too long. Give it a shorter one and choose it again."
            ),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["page"].choices = [("", _("Choose a page")), *pages_by_module()]

    def clean_page(self):
        return Page.objects.get(pk=self.cleaned_data["page"]).specific

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.IMSA_UPLOAD_MAX_BYTES:
            most = settings.IMSA_UPLOAD_MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(
                _(
                    "%(file)s: this file is larger than %(most)s MB. Take its pictures out, or divide it, then choose it again."
                )
                % {"file": file.name, "most": most}
            )
        return file
