from django.urls import path

from . import views

urlpatterns = [
    path("", views.project_list, name="project-list"),
    path("new/", views.create_project, name="project-create"),
    path("progress/", views.project_progress, name="project-progress"),
    path("board/", views.task_board, name="task-board"),
    path("overdue/", views.overdue, name="task-overdue"),
    path("workload/", views.workload, name="project-workload"),
    path("budgets/", views.budgets, name="project-budgets"),
    path("tasks/", views.task_list, name="task-list"),
    path("tasks/import/", views.upload_tasks, name="task-import"),
    path("tasks/export/", views.export_tasks, name="task-export"),
    path("tasks/<str:reference>/", views.task_by_reference, name="task-by-reference"),
    path("labels/export/", views.export_labels, name="label-export"),
    path("discussions/", views.discussions, name="discussions"),
    path("archive/", views.archive_finished, name="project-archive"),
    path("<slug:slug>/", views.ProjectDetailView.as_view(), name="project-detail"),
]
