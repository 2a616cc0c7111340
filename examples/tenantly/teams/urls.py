from django.urls import path

from . import views

urlpatterns = [
    path("", views.TeamListView.as_view(), name="teams"),
    path("workload/", views.workload, name="team-workload"),
    path("leads/", views.leads, name="team-leads"),
]
