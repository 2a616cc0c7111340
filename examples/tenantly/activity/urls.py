from django.urls import path

from . import views

urlpatterns = [
    path("", views.feed, name="activity-feed"),
    path("since/", views.since, name="activity-since"),
    path("headlines/", views.headlines, name="activity-headlines"),
]
