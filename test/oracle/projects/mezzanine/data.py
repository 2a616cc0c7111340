from django.contrib.auth import get_user_model
from populate import NOW, Populator, make_user

EXCLUDED = [r"^admin:(?!(pages|blog|forms|galleries|generic|conf|accounts)_)", r"_(history|delete|add)$", r"logout|fb_"]

ARGUMENTS = {
    "^blog": {
        "slug": "blog.BlogPost.slug",
        "tag": "generic.Keyword.slug",
        "category": "blog.BlogCategory.slug",
        "username": "auth.User.username",
        "year": "2026",
        "month": "1",
        "format": "rss",
    },
    "^page$": {"slug": "pages.RichTextPage.slug"},
    "^profile$": {"username": "auth.User.username"},
}


def user():
    return get_user_model().objects.get(username="admin")


def populate(size):
    make_user("admin", is_staff=True, is_superuser=True)
    return Populator(
        ["auth", "pages", "blog", "forms", "galleries", "generic"],
        size,
        values={
            "auth.User": {"*": lambda number: make_user(f"user{number}")},
            "pages.RichTextPage": {"parent": None, "status": 2, "content_model": "richtextpage"},
            "generic.ThreadedComment": {"object_pk": "1"},
            "pages.Link": {"parent": None, "status": 2, "content_model": "link"},
            "forms.Form": {"parent": None, "status": 2, "content_model": "form"},
            "galleries.Gallery": {"parent": None, "status": 2, "content_model": "gallery", "zip_import": ""},
            "blog.BlogPost": {"status": 2, "publish_date": NOW},
        },
        skip=["auth.Permission", "pages.Page"],
    ).run()
