INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.postgres", "tracker"]
AUTH_USER_MODEL = "tracker.User"
SECRET_KEY = "not a secret"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "tracker"}}
