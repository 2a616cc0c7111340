import os

SECRET_KEY = "only for tests"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.postgres", "tracker"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "HOST": os.environ.get("ORACLE_HOST", "unused"),
        "PORT": os.environ.get("ORACLE_PORT", "0"),
        "USER": os.environ.get("ORACLE_USER", ""),
        "PASSWORD": os.environ.get("ORACLE_PASSWORD", ""),
    }
}
AUTH_USER_MODEL = "tracker.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "UTC"
USE_TZ = True
