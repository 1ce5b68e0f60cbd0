"""Every address of the web application and the API."""

from django.urls import include, path

from vitalfew.api.main import api

urlpatterns = [
    path("api/", api.urls),
    path("", include("vitalfew.web.urls")),
]
handler429 = "vitalfew.web.pages.signin.too_many"  # allauth asks for it by this name
