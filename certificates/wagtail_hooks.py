"""What of this room is found in Wagtail's admin: the certificate's design, for Hub officers; the rest of it stays shut to them."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .rules import may_design


class ForDesigners(MenuItem):
    """The rule decides, whatever Wagtail's permissions say of a group or a superuser."""

    def is_shown(self, request):
        return bool(may_design(request.user))


@hooks.register("register_admin_menu_item")
def certificate_design():
    return ForDesigners(
        _("Certificate design"), reverse("certificates:edit_design"), icon_name="form", order=130
    )


@hooks.register("register_admin_menu_item")
def published_designs():
    return ForDesigners(
        _("Published designs"), reverse("certificates:designs"), icon_name="history", order=131
    )


@hooks.register("register_admin_menu_item")
def back_to_the_hub():
    return ForDesigners(
        _("Back to the Hub"), reverse("certificates:hub"), icon_name="arrow-left", order=132
    )


@hooks.register("construct_main_menu")
def nothing_else(request, items):
    """Whoever comes in for the design alone finds no link that would be refused: not Wagtail's help, not its reports."""
    if not request.user.has_perm("wagtailadmin.access_admin"):
        items[:] = [item for item in items if isinstance(item, ForDesigners)]
