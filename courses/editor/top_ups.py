"""Where an author writes a top-up in Wagtail; what was sent is not written again."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from lms.kit.refusals import Refused, insist, no

from ..models import TopUp


class TopUpForm(WagtailAdminModelForm):
    """Only what is written is saved: who proposed, sent or recalled it meanwhile is not this form's."""

    WRITTEN = ("title", "body")
    WAITS = gettext_lazy(
        "Someone proposed this top-up while you wrote, so its text is fixed. Copy what you wrote, then take the proposal back to change it."
    )

    def clean(self):
        data = super().clean()
        if (
            self.instance.pk
            and TopUp.objects.filter(pk=self.instance.pk)
            .exclude(proposed_at=None, sent_at=None)
            .exists()
        ):
            self.add_error(None, self.WAITS)
        return data

    def save(self, commit=True):
        if not (commit and self.instance.pk):
            return super().save(commit)
        super().save(commit=False)
        with transaction.atomic():
            row = TopUp.objects.select_for_update(no_key=True).get(pk=self.instance.pk)
            if row.proposed_at or row.sent_at:
                raise Refused(self.WAITS)
            self.instance.save(update_fields=self.WRITTEN)
        return self.instance


class TopUpViewSet(SnippetViewSet):
    model = TopUp
    icon = "history"
    menu_label = gettext_lazy("Top-ups")
    add_to_admin_menu = True
    menu_order = 120
    list_display = [
        "title",
        Column("sent_at", label=gettext_lazy("Sent")),
        Column("counts_from", label=gettext_lazy("Counts from")),
    ]
    edit_handler = ObjectList([FieldPanel("title"), FieldPanel("body")], base_form_class=TopUpForm)


register_snippet(TopUpViewSet)


@hooks.register("before_edit_snippet")
def only_drafts(request, thing):
    if isinstance(thing, TopUp) and thing.sent_at:
        insist(
            no(
                _(
                    "This top-up was sent, so it does not change any more. Where it is wrong, recall it from its change of law."
                )
            )
        )
    if isinstance(thing, TopUp) and thing.proposed_at:
        insist(no(_("This top-up waits for a second person. Take it back to go on writing.")))


@hooks.register("before_create_snippet")
def only_from_a_change(request, model):
    if model is TopUp:
        insist(
            no(
                _(
                    "A top-up begins at a change of law. Record the change in the ledger of law, then write its top-up."
                )
            )
        )
