import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent

DJANGO_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.flatpages",
    "django.contrib.messages",
    "django.contrib.redirects",
    "django.contrib.sessions",
    "django.contrib.sites",
]
LOCAL_APPS = ("accounts", "foundation.apps.FoundationConfig", "catalog")
INSTALLED_APPS = DJANGO_APPS + list(LOCAL_APPS)

SECRET_KEY = os.environ.get("SECRET_KEY", "not a secret")
AUTH_USER_MODEL = os.environ.get("USER_MODEL", "accounts.Member")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CATALOG_PRODUCT_MODEL = "catalog.Product"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
SITE_ID = 1
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
    }
]
