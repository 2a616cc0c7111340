from django.urls import include, path

urlpatterns = [path("", include("rdmo.core.urls"))]
