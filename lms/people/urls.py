from django.conf import settings
from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("me/", views.me, name="me"),
    path("me/reading/", views.reading, name="reading"),
]
if settings.DEMONSTRATION:
    urlpatterns += [path("demo/", views.demonstration, name="demonstration")]
