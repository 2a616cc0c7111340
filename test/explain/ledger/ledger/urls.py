from django.urls import path

from books import views

urlpatterns = [
    path("entry/<str:number>/", views.entry),
    path("entry/<str:number>/lines/", views.entry_lines),
    path("entries/<str:number>/state/", views.entry_state),
    path("batch/<str:token>/", views.batch),
    path("batch/<str:token>/close/", views.close_batch),
    path("batch/<str:token>/state/", views.batch_state),
    path("open/", views.open_entries),
    path("drafts/", views.drafts),
    path("code/<str:code>/", views.by_code),
    path("email/<str:email>/", views.by_email),
    path("notes/<int:pk>/", views.notes),
    path("search/<str:text>/", views.search),
    path("owner/<str:name>/", views.by_owner),
    path("contact/<str:contact>/", views.by_contact),
    path("jobs/new/", views.new_jobs),
    path("jobs/done/", views.done_jobs),
    path("jobs/lost/", views.lost_jobs),
    path("jobs/of/<int:pk>/", views.jobs_of),
    path("job/<int:pk>/", views.job),
]
