from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from .views import checks, credentials, decisions, employer, entries, holder, hub, registry, verifying

app_name = "certificates"
urlpatterns = [
    path("check/", checks.check, name="check"),
    path("check/answers/<str:receipt>/", checks.answer, name="answer"),
    path("check/answers/<str:receipt>/receipt.jwt", checks.receipt_file, name="receipt_file"),
    path("receipts/", checks.receipts, name="receipts"),
    path("certificates/verify/", verifying.verify, name="verify"),
    # What programs read; these addresses stand in credentials for ever.
    path("issuer", credentials.issuer, name="issuer"),
    path(".well-known/jwks.json", credentials.jwks, name="jwks"),
    path("keys/<str:kid>", credentials.key, name="key"),
    path("credentials/<uuid:uid>", credentials.credential, name="credential"),
    path("achievements/<slug:kind>", credentials.achievement, name="achievement"),
    path("achievements/<slug:kind>/picture.png", credentials.picture, name="badge_picture"),
    path("status/<number:pk>", credentials.status, name="status"),
    # The holder's own.
    path("certificates/mine/", holder.mine, name="mine"),
    path("certificates/checks/", holder.checks, name="checks"),
    path("certificates/entry/", holder.entry, name="entry"),
    path("certificates/questions/<number:pk>/", holder.reply, name="reply"),
    path("certificates/<str:number>.pdf", holder.certificate_pdf, name="certificate_pdf"),
    path("certificates/<str:number>/badges/<slug:kind>.<slug:form>", holder.badge, name="badge"),
    path("certificates/<str:number>/again/", registry.again, name="again"),
    path("certificates/<str:number>/revoke/", registry.revoke, name="revoke"),
    path("certificates/<str:number>/", holder.certificate, name="certificate"),
    path("registry/", registry.registry, name="registry"),
    path("registry/issue/", registry.issue_list, name="issue_list"),
    path("registry/issue/all/", registry.issue_all, name="issue_all"),
    path("registry/issue/<number:pk>/", registry.issue_one, name="issue_one"),
    path("hub/", hub.hub, name="hub"),
    path("hub/people/", hub.people, name="people"),
    path("hub/people/<number:pk>/", hub.person, name="person"),
    path("hub/people/<number:pk>/decide/", decisions.decide, name="decide"),
    path("hub/people/<number:pk>/decide/check/", decisions.decide_check, name="decide_check"),
    path("hub/people/<number:pk>/concern/", decisions.open_concern, name="open_concern"),
    path("hub/people/<number:pk>/withholding/", entries.withholding, name="withholding"),
    path("hub/people/<number:pk>/name/", entries.working_name, name="working_name"),
    path("hub/proposals/<number:pk>/", decisions.proposal, name="proposal"),
    path("hub/concerns/<number:pk>/", decisions.concern, name="concern"),
    path("hub/requests/<number:pk>/", entries.entry_request, name="request"),
    path("employer/", employer.employer, name="employer"),
]
