from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from .views import certificates, checks, employer, hub, registry

app_name = "certificates"
urlpatterns = [
    path("check/", checks.check, name="check"),
    path("check/answers/<str:receipt>/", checks.answer, name="answer"),
    path("certificates/mine/", certificates.mine, name="mine"),
    path("certificates/checks/", certificates.checks, name="checks"),
    path("certificates/verify/", checks.verify, name="verify"),
    path("certificates/<str:number>.pdf", certificates.certificate_pdf, name="certificate_pdf"),
    path("certificates/<str:number>/", certificates.certificate, name="certificate"),
    path("registry/", registry.registry, name="registry"),
    path("registry/issue/", registry.issue_list, name="issue_list"),
    path("registry/issue/all/", registry.issue_all, name="issue_all"),
    path("registry/issue/<number:pk>/", registry.issue_one, name="issue_one"),
    path("hub/", hub.hub, name="hub"),
    path("hub/people/", hub.people, name="people"),
    path("hub/people/<number:pk>/", hub.person, name="person"),
    path("hub/people/<number:pk>/decide/", hub.decide, name="decide"),
    path("hub/people/<number:pk>/decide/check/", hub.decide_check, name="decide_check"),
    path("hub/people/<number:pk>/withholding/", hub.withholding, name="withholding"),
    path("employer/", employer.employer, name="employer"),
]
