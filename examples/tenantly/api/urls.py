from rest_framework.routers import DefaultRouter

from . import views

router = DefaultRouter()
router.register("projects", views.ProjectViewSet, basename="api-project")
router.register("tasks", views.TaskViewSet, basename="api-task")
router.register("teams", views.TeamViewSet, basename="api-team")
router.register("activities", views.ActivityViewSet, basename="api-activity")
router.register("invoices", views.InvoiceViewSet, basename="api-invoice")

urlpatterns = router.urls
