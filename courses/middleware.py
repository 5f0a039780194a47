"""A review that is sent twice is answered like the first."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.models import Page, TaskState

REVIEW_KEPT = gettext_noop("Your review is kept. Whoever comes next is told.")
VERDICTS = {"approve": TaskState.STATUS_APPROVED, "reject": TaskState.STATUS_REJECTED}


class ReviewSentTwice:
    """Pressed twice, or sent again by a browser whose connection broke: the first of the two ended the reviewer's right to be
    in the editor, so Wagtail would answer the second with a refusal, and that is all the reviewer would see."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if (
            request.method != "POST"
            or request.resolver_match.view_name != "wagtailadmin_pages:edit"
            or not request.user.is_authenticated
        ):
            return None
        verdict = VERDICTS.get(request.POST.get("workflow-action-name"))
        if verdict and self.is_theirs_already(request.user, args or kwargs.values(), verdict):
            messages.success(request, _(REVIEW_KEPT))
            return redirect("wagtailadmin_home")

    @staticmethod
    def is_theirs_already(person, pages, verdict):
        """The newest decision about the page is this person's, it is the same, and the page no longer waits for them."""
        page = Page.objects.filter(pk__in=list(pages)[:1]).first()
        if page is None or page.permissions_for_user(person).can_edit():
            return False
        newest = (
            TaskState.objects.filter(
                workflow_state__object_id=str(page.pk),
                workflow_state__base_content_type__model="page",
                finished_at__isnull=False,
            )
            .order_by("-finished_at", "-pk")
            .first()
        )
        return (
            newest is not None and newest.finished_by_id == person.pk and newest.status == verdict
        )
