"""Every address of the site. Sits on top of the house: it alone knows every room."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from certificates.api import nothing_here
from certificates.api_hub import hub
from certificates.api_posts import api as register  # with its posts
from courses.views.media import document
from lms.pages.views import home, picture
from lms.people.access_views import recovery_codes, recovery_codes_file

handler400 = "lms.kit.views.unreadable"
handler500 = "lms.kit.views.fault"
urlpatterns = [
    path("api/v1/hub/", hub.urls),
    path("api/v1/", register.urls),
    path("api/v1/<path:rest>", nothing_here, name="nothing_here"),
    path("", include("certificates.urls")),
    path("", include("assessments.urls")),
    path("", include("cohorts.urls")),
    path("", include("courses.urls")),
    path("", include("lms.people.urls")),
    path("", include("lms.record.urls")),
    # An address is who somebody is here (imports, line managers, contacts): changing one is no self-service.
    path("accounts/email/", RedirectView.as_view(pattern_name="people:me")),
    path("accounts/2fa/recovery-codes/", recovery_codes),
    path("accounts/2fa/recovery-codes/download/", recovery_codes_file),
    path("accounts/", include("lms.people.account_views")),
    path("accounts/", include("allauth.urls")),
    # One sign-in for everybody: Wagtail's own sign-in page knows no second factor.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/account/", RedirectView.as_view(pattern_name="people:me")),
    path("admin/", include(wagtailadmin_urls)),
    path(
        "documents/<number:document_id>/<path:document_filename>", document
    ),  # before Wagtail's, which knows no pieces
    path("documents/", include(wagtaildocs_urls)),
    path("media/images/<str:name>", picture, name="picture"),
]
if settings.DEMONSTRATION:
    urlpatterns += [path("", include("lms.kit.urls"))]
urlpatterns += [path("", home, name="home"), path("", include(wagtail_urls))]
