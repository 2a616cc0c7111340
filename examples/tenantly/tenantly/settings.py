"""
One settings module for every environment, as an MVP has it: what differs comes from environment variables.
"""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("SECRET_KEY", "for-development-only")

# Problem: debug-in-production (QS818): a server without the variable runs in debug mode and keeps every
# statement in memory.
DEBUG = os.environ.get("DEBUG", "1") == "1"

ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver").split(",")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "tenants",
    "users",
    "teams",
    "projects",
    "activity",
    "billing",
    "api",
]

# Problem: static-served-by-django (QS840): without DEBUG nothing sends the static files.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tenants.middleware.CurrentTenantMiddleware",
]

ROOT_URLCONF = "tenantly.urls"
WSGI_APPLICATION = "tenantly.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "activity.context_processors.unread_activities",
            ],
        },
    },
]

if "POSTGRES_HOST" in os.environ:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ.get("POSTGRES_DB", "tenantly"),
            "USER": os.environ.get("POSTGRES_USER", "tenantly"),
            "PASSWORD": os.environ.get("POSTGRES_PASSWORD", ""),
            "HOST": os.environ["POSTGRES_HOST"],
            "PORT": os.environ.get("POSTGRES_PORT", "5432"),
            # Problem: conn-max-age-zero (QS801): every request opens a connection of its own.
            # Problem: no-statement-timeout (QS808): a runaway query holds a worker and its locks for ever.
        },
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ.get("SQLITE_FILE", BASE_DIR / "tenantly.sqlite3"),
        },
    }

# Problem: misplaced-database-option (QS809): has no effect here, it belongs into DATABASES["default"].
CONN_HEALTH_CHECKS = True

# Problem: sessions-never-cleared (QS834): sessions lie in the database, and nothing deletes those that have expired.

# Problem: session-save-every-request (QS832): and each request writes it back.
SESSION_SAVE_EVERY_REQUEST = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "users.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

# Problem: static-without-hashed-names (QS841): browsers and a CDN cannot keep files whose name never changes.
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static"

# Problem: media-on-local-disk (QS842): a second application server would not see the first one's uploads.
MEDIA_URL = "media/"
MEDIA_ROOT = BASE_DIR / "media"

# Problem: email-without-timeout (QS851): without EMAIL_TIMEOUT a silent mail server blocks a worker for ever.
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
DEFAULT_FROM_EMAIL = "Tenantly <hello@tenantly.example>"

# Problem: unpaginated-list (QS601): no DEFAULT_PAGINATION_CLASS, so list endpoints return whole tables.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "redis://localhost:6379/0")
CELERY_RESULT_BACKEND = os.environ.get("CELERY_RESULT_BACKEND", "redis://localhost:6379/0")
CELERY_TASK_ALWAYS_EAGER = os.environ.get("CELERY_TASK_ALWAYS_EAGER", "0") == "1"
# Problem: pickle-serializer (QS873): whoever can write to the broker can run code in the workers.
CELERY_TASK_SERIALIZER = "pickle"
CELERY_ACCEPT_CONTENT = ["pickle", "json"]
# Problem: no-global-time-limits (QS863): a task that hangs takes a worker slot until somebody restarts it.
# Problem: prefetch-with-long-tasks (QS864): each process reserves four tasks, also behind one that takes long.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_ROUTES = {
    # Problem: queue-without-worker (QS868): no worker of the Procfile listens to "critical", so these tasks
    # wait for ever.
    "billing.*": {"queue": "critical"},
    # Problem: queue-without-worker (QS868): nor to "background".
    # Problem: route-matches-nothing (QS867): the tasks are called projects.tasks.…, not reports.….
    "reports.*": {"queue": "background"},
}

EXCHANGE_RATE_URL = "https://rates.tenantly.example/latest"
CRM_URL = "https://crm.tenantly.example/contacts"
