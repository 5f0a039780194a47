from django.urls import path

from . import views

app_name = "record"
urlpatterns = [
    path("record/", views.checkpoints, name="checkpoints"),
    path("record/checkpoint", views.newest, name="newest"),
    path("record/checkpoint/<number:size>/", views.checkpoint, name="checkpoint"),
]
