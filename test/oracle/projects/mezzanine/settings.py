import os

from settings_base import *

INSTALLED_APPS = [
    *DJANGO_APPS,
    "django.contrib.redirects",
    "django.contrib.sitemaps",
    "mezzanine.boot",
    "mezzanine.conf",
    "mezzanine.core",
    "mezzanine.generic",
    "mezzanine.pages",
    "mezzanine.blog",
    "mezzanine.forms",
    "mezzanine.galleries",
    "mezzanine.accounts",
    "filebrowser_safe",
    "grappelli_safe",
    "django_comments",
]
AUTHENTICATION_BACKENDS = ["mezzanine.core.auth_backends.MezzanineBackend"]
MIDDLEWARE = [
    *MIDDLEWARE,
    "mezzanine.core.request.CurrentRequestMiddleware",
    "mezzanine.core.middleware.RedirectFallbackMiddleware",
    "mezzanine.core.middleware.AdminLoginInterfaceSelectorMiddleware",
    "mezzanine.core.middleware.SitePermissionMiddleware",
    "mezzanine.pages.middleware.PageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                *CONTEXT_PROCESSORS,
                "mezzanine.conf.context_processors.settings",
                "mezzanine.pages.context_processors.page",
            ],
            "loaders": [
                "mezzanine.template.loaders.host_themes.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
            "builtins": ["mezzanine.template.loader_tags"],
        },
    }
]
LANGUAGES = [("en", "English")]
USE_MODELTRANSLATION = False
PACKAGE_NAME_FILEBROWSER = "filebrowser_safe"
PACKAGE_NAME_GRAPPELLI = "grappelli_safe"
COMMENTS_APP = "mezzanine.generic"
BLOG_POST_PER_PAGE = 100
CACHE_MIDDLEWARE_KEY_PREFIX = "project"
PROJECT_ROOT = PROJECT_APP_PATH = os.path.dirname(os.path.abspath(__file__))
PROJECT_APP = "project"

TIME_ZONE = "UTC"
TESTING = False
GRAPPELLI_INSTALLED = True
