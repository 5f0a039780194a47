from django.conf import settings
from django.urls import path

from lms.kit import addresses  # noqa: F401 - its <number:…>

from . import mail_views, views

app_name = "people"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("me/", views.me, name="me"),
    path("me/reading/", views.reading, name="reading"),
    path("mail/", mail_views.undelivered, name="mail"),
    path("mail/again/", mail_views.again_all, name="mail_again_all"),
    path("mail/<number:pk>/again/", mail_views.again, name="mail_again"),
    path("mail/<number:pk>/close/", mail_views.close, name="mail_close"),
]
if settings.DEMONSTRATION:
    urlpatterns += [path("demo/", views.demonstration, name="demonstration")]
