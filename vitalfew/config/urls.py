"""Every address of the web application and the API."""

from django.urls import include, path

urlpatterns = [
    path("", include("vitalfew.web.urls")),
]
