import base64

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from populate import NOW, Populator, make_user

EXCLUDED = [r"^admin:", r"logout|password_reset|_multiple|upload|editing_sessions|action|authenticate"]

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PAGE = "wagtailcore.Page.pk"
ARGUMENTS = {
    "": {
        "parent_page_id": PAGE,
        "page_id": PAGE,
        "page_to_move_id": PAGE,
        "destination_id": PAGE,
        "content_type_app_name": "wagtailcore",
        "content_type_model_name": "page",
        "app_label": "wagtailcore",
        "model_name": "page",
        "app_name": "taggit",
        "redirect_id": "wagtailredirects.Redirect.pk",
        "query_id": "wagtailsearchpromotions.Query.pk",
        "document_id": "wagtaildocs.Document.pk",
        "image_id": "wagtailimages.Image.pk",
        "collection_id": "wagtailcore.Collection.pk",
        "task_id": "wagtailcore.GroupApprovalTask.pk",
        "revision_id": "wagtailcore.Revision.pk",
        "filter_spec": "width-100",
    },
    "^wagtailadmin_(api:)?pages:": {"pk": PAGE},
    "^wagtailadmin_api:documents|^wagtaildocs": {"pk": "wagtaildocs.Document.pk"},
    "^wagtailadmin_api:images|^wagtailimages": {"pk": "wagtailimages.Image.pk"},
    "^wagtailadmin_collections": {"pk": "wagtailcore.Collection.pk"},
    "^wagtailadmin_workflows:.*task": {"pk": "wagtailcore.GroupApprovalTask.pk"},
    "^wagtailadmin_workflows:(?!.*task)": {"pk": "wagtailcore.Workflow.pk"},
    "^wagtailsites": {"pk": "wagtailcore.Site.pk"},
    "^wagtailusers_users": {"pk": "auth.User.pk"},
    "^wagtailusers_groups": {"pk": "auth.Group.pk"},
}


def user():
    return get_user_model().objects.get(username="admin")


def page(number):
    from wagtail.models import Page

    root = Page.objects.filter(depth=2).first()
    return root.add_child(instance=Page(title=f"Page {number}", slug=f"page-{number}", first_published_at=NOW, last_published_at=NOW))


def collection(number):
    from wagtail.models import Collection

    return Collection.get_first_root_node().add_child(instance=Collection(name=f"Collection {number}"))


def content_type(app, model):
    return ContentType.objects.get(app_label=app, model=model)


def populate(size):
    page_type = content_type("wagtailcore", "page")
    make_user("admin", is_staff=True, is_superuser=True)
    return Populator(
        ["auth", "wagtailcore", "wagtailimages", "wagtaildocs", "wagtailredirects", "wagtailsearchpromotions",
         "wagtailusers", "taggit"],
        size,
        values={
            "auth.User": {"*": lambda number: make_user(f"user{number}", is_staff=True)},
            "wagtailcore.Page": {"*": page},
            "wagtailcore.Collection": {"*": collection},
            "wagtailcore.GroupApprovalTask": {"content_type": content_type("wagtailcore", "groupapprovaltask")},
            "wagtailcore.Revision": {"content_type": page_type, "base_content_type": page_type, "object_id": "2"},
            "wagtailcore.WorkflowState": {
                "content_type": page_type,
                "base_content_type": page_type,
                "object_id": lambda number: str(number + 3),
            },
            "wagtailcore.TaskState": {"content_type": content_type("wagtailcore", "taskstate")},
            "wagtailcore.ModelLogEntry": {"action": "wagtail.edit", "object_id": "1"},
            "wagtailcore.PageLogEntry": {"action": "wagtail.edit"},
            "wagtailimages.Image": {"file": lambda number: ContentFile(PIXEL, f"image-{number}.gif")},
            "wagtaildocs.Document": {"file": lambda number: ContentFile(b"text", f"document-{number}.txt")},
        },
        skip=["auth.Permission", "wagtailcore.Task", "wagtailcore.Locale", "wagtailcore.Site", "wagtailimages.Rendition"],
    ).run()
