from django.conf import settings
from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from . import (
    access_views,
    address_views,
    bounce_views,
    contact_views,
    inbox_views,
    mail_views,
    name_views,
    views,
)

app_name = "people"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("me/", views.me, name="me"),
    path("me/messages/", inbox_views.own_messages, name="own_messages"),
    path("me/messages/read/", inbox_views.read_all_messages, name="read_all_messages"),
    path("me/messages/<number:pk>/read/", inbox_views.read_message, name="read_message"),
    path("me/reading/", views.reading, name="reading"),
    path("me/contact/", contact_views.own_contact, name="own_contact"),
    path("me/contact/notes/", contact_views.own_notes, name="own_notes"),
    path("people/<number:pk>/contact/", contact_views.contact_of, name="contact_of"),
    path("people/notes/<number:pk>/", contact_views.note, name="note"),
    path("people/notes/<number:pk>/text/", contact_views.note_text, name="note_text"),
    path("people/notes/<number:pk>/readers/", contact_views.note_readers, name="note_readers"),
    path("people/notes/<number:pk>/remove/", contact_views.note_remove, name="note_remove"),
    path("me/name/", name_views.own_name, name="own_name"),
    path("people/names/", name_views.display_names, name="display_names"),
    path("people/names/<number:pk>/", name_views.display_name, name="display_name"),
    path("people/names/<number:pk>/accept/", name_views.accept_name, name="accept_name"),
    path("me/sessions/", access_views.own_sessions, name="sessions"),
    path("me/sessions/others/end/", access_views.end_others, name="end_others"),
    path("me/sessions/<number:pk>/end/", access_views.end_session, name="end_session"),
    path("accounts/invitation/<str:secret>/", access_views.invitation, name="invitation"),
    path("people/<number:pk>/invitation/", access_views.send_invitation, name="send_invitation"),
    path("people/<number:pk>/address/", address_views.address, name="address"),
    path("people/<number:pk>/address/cancel/", address_views.cancel_address, name="cancel_address"),
    path("people/<number:pk>/address/reopen/", address_views.reopen_account, name="reopen_account"),
    path(
        "people/<number:pk>/address/approve/", address_views.approve_address, name="approve_address"
    ),
    path(
        "accounts/address/refuse/<str:secret>/", address_views.refuse_address, name="refuse_address"
    ),
    path("accounts/address/<str:secret>/", address_views.confirm_address, name="confirm_address"),
    path("recoveries/", access_views.all_recoveries, name="recoveries"),
    path("recoveries/<number:pk>/", access_views.decide_recovery, name="recovery"),
    path("mail/", mail_views.undelivered, name="mail"),
    path("mail/reports/", bounce_views.receive, name="mail_reports"),
    path("mail/bounces/list.<str:ending>", bounce_views.bounces_file, name="bounces_file"),
    path("mail/bounces/", bounce_views.bounces, name="bounces"),
    path("mail/bounces/<number:pk>/close/", bounce_views.close, name="bounce_close"),
    path("me/address/", bounce_views.own_address, name="own_address"),
    path("mail/again/", mail_views.again_all, name="mail_again_all"),
    path("mail/<number:pk>/again/", mail_views.again, name="mail_again"),
    path("mail/<number:pk>/close/", mail_views.close, name="mail_close"),
]
if settings.DEMONSTRATION:
    urlpatterns += [path("demo/", views.demonstration, name="demonstration")]
