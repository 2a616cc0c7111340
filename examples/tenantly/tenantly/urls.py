from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

from projects.views import dashboard

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("projects/", include("projects.urls")),
    path("teams/", include("teams.urls")),
    path("people/", include("users.urls")),
    path("activity/", include("activity.urls")),
    path("billing/", include("billing.urls")),
    path("api/", include("api.urls")),
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    # Problem: media-served-by-django (QS413): each download occupies a worker until it is through.
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
]
