from django.contrib.auth import get_user_model
from populate import Populator

APPS = ["users", "organizations", "projects", "data_import", "tasks", "data_manager", "data_export", "io_storages",
        "labels_manager", "ml", "webhooks"]

EXCLUDED = [
    r"^(rq_|admin:(view_on_site|auth|core|session|ml_models|ml_model|app_list|index|log|password|autocomplete|jsi18n))",
    r"_(history|delete|add|blacklist|refresh|rotate)$",
    r"log(in|out)|signup|token|sync$|schema|docs|swagger|redoc|metrics|sample|heidi|version$|storage-data|azure|gcs|redis|s3",
    r"validate|reset|form$|list-files|train|predict-test|interactive|update-order|upload$|import|anything|transition|convert",
]

ARGUMENTS = {
    "^organizations": {"pk": "organizations.Organization.pk", "user_pk": "users.User.pk"},
    "^projects|^data_import:api-projects|^data_export:api-projects|^data_manager:project": {
        "pk": "projects.Project.pk",
        "export_pk": "data_export.Export.pk",
    },
    "^data_import:api:file": {"pk": "data_import.FileUpload.pk"},
    "^data_manager:api:view": {"pk": "data_manager.View.pk"},
    "^user": {"pk": "users.User.pk"},
    "^tasks:api:": {"pk": "tasks.Task.pk", "annotation_id": "tasks.Annotation.pk"},
    "^tasks:api-annotations": {"pk": "tasks.Annotation.pk"},
    "^tasks:api-drafts": {"pk": "tasks.AnnotationDraft.pk"},
    "^tasks:api-predictions": {"pk": "tasks.Prediction.pk"},
    "^storages:api:storage-localfiles": {"pk": "io_storages.LocalFilesImportStorage.pk"},
    "^storages:api:export-storage-localfiles": {"pk": "io_storages.LocalFilesExportStorage.pk"},
    "^ml:": {"pk": "ml.MLBackend.pk"},
    "^webhooks": {"pk": "webhooks.Webhook.pk"},
    "^labels_manager.*label-": {"pk": "labels_manager.Label.pk"},
    "^labels_manager.*label_link-": {"pk": "labels_manager.LabelLink.pk"},
    "^fsm": {"entity_name": "project", "entity_id": "projects.Project.pk"},
}

CONFIG = '<View><Text name="text" value="$text"/><Choices name="choice" toName="text"><Choice value="a"/></Choices></View>'
RESULT = [{"from_name": "choice", "to_name": "text", "type": "choices", "value": {"choices": ["a"]}}]


def user():
    return get_user_model().objects.get(email="admin@example.com")


def make_user(name, **fields):
    return get_user_model().objects.create(email=f"{name}@example.com", username=name, **fields)


def populate(size):
    from organizations.models import Organization, OrganizationMember

    admin = make_user("admin", is_staff=True, is_superuser=True)
    organization = Organization.objects.create(title="Organization", created_by=admin)
    OrganizationMember.objects.create(user=admin, organization=organization)
    admin.active_organization = organization
    admin.save()

    def member(number):
        user = make_user(f"user{number}", active_organization=organization)
        OrganizationMember.objects.create(user=user, organization=organization)
        return user

    within = {"organization": organization}
    return Populator(
        APPS,
        size,
        values={
            "users.User": {"*": member},
            "organizations.Organization": {"*": lambda number: organization},
            "projects.Project": {**within, "label_config": CONFIG, "created_by": admin},
            "tasks.Task": {"data": {"text": "text"}, "is_labeled": True},
            "tasks.Annotation": {"result": RESULT, "completed_by": admin, "was_cancelled": False},
            "tasks.Prediction": {"result": RESULT, "model_version": "1"},
            "webhooks.Webhook": within,
            "labels_manager.Label": {**within, "approved_by": admin},
        },
        skip=["organizations.OrganizationMember", "tasks.PredictionMeta", "projects.ProjectSummary"],
    ).run()
