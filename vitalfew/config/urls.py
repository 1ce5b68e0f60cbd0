"""Every address of the web application and the API."""
urlpatterns = []
