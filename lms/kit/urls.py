"""Addresses for those who build the site; present in a demonstration only."""

from django.shortcuts import render
from django.urls import path

from .gallery import data


def gallery(request):
    """Every component in every state."""
    return render(request, "gallery.html", data())


urlpatterns = [path("components/", gallery, name="gallery")]
