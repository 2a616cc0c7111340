"""Loads the settings and the apps of the project, with everything that reaches outside replaced."""
import os
import sys
import traceback

from . import missing_modules
from .errors import BridgeError, OperationBlocked
from .session import describe

_POSTGRESQL = "django.db.backends.postgresql"


def read_unsaved(texts):
    """From here on, modules have these texts instead of those on disk. `texts` is by absolute path."""
    if not texts:
        return
    import importlib.machinery

    loader = importlib.machinery.SourceFileLoader
    read, describe_file = loader.get_data, loader.path_stats
    present = {os.path.realpath(path): text.encode("utf-8") for path, text in texts.items()}

    def get_data(self, path):
        text = present.get(os.path.realpath(path))
        return read(self, path) if text is None else text

    def path_stats(self, path):
        # Without a time of change, no compiled version is looked for.
        if os.path.realpath(path) in present:
            raise OSError
        return describe_file(self, path)

    loader.get_data, loader.path_stats = get_data, path_stats


def load_settings(root, source_roots, settings_module, server_version, stand_ins=False):
    """Returns the database engine that the project's settings name, and whether it is one for PostgreSQL.

    With `stand_ins`, modules that are not installed are replaced.
    """
    os.chdir(root)
    if stand_ins:
        missing_modules.install({name.partition(".")[0] for folder in source_roots for name in os.listdir(folder)})
        missing_modules.patch_models()
    sys.path[:0] = source_roots
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    # Nothing waits here: Django's own check for an event loop has no purpose.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with missing_modules.loading_settings():
        engine = _replace_settings(settings_module)
    if stand_ins:
        _reduce_settings()
    _pretend_server_version(server_version)
    return engine, bool(engine) and _postgresql_engine(engine) == engine


def load_apps(root, stand_ins=False):
    import django

    if stand_ins:
        _tolerate_failing_ready()
    try:
        django.setup(set_prefix=False)
        if stand_ins:
            missing_modules.complete_relations()
    except BaseException as error:
        raise failure("setup", "the project's apps could not be loaded", error, root) from error


def require_django():
    try:
        import django
    except ImportError as error:
        raise BridgeError(
            "django-missing", "Django is not installed for the interpreter %s" % sys.executable, str(error)
        ) from error
    if django.VERSION < (4, 2):
        raise BridgeError(
            "django-missing", "Django 4.2 or newer is needed, %s has %s" % (sys.executable, django.get_version())
        )


def _replace_settings(settings_module):
    from django.conf import settings

    try:
        databases = settings.DATABASES
    except BaseException as error:
        raise failure("settings", "the settings %s could not be loaded" % settings_module, error, os.getcwd()) from error
    # A library that reads a URL may stand in for a configuration.
    databases = {alias: value if isinstance(value, dict) else {} for alias, value in dict(databases).items()}
    engine = databases.get("default", {}).get("ENGINE", "")
    if not isinstance(engine, str):
        # `env.str("DB_ENGINE")` of a library that is not there.
        engine = ""
    settings.DATABASES = {alias: _database(configuration) for alias, configuration in databases.items()}
    settings.DATABASES.setdefault("default", {"ENGINE": _POSTGRESQL, "NAME": "unused"})
    settings.DATABASE_ROUTERS = []
    settings.LOGGING_CONFIG = None
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.CACHES = {
        alias: {"BACKEND": "django.core.cache.backends.dummy.DummyCache"} for alias in {"default", *settings.CACHES}
    }
    return engine


def _reduce_settings():
    from django.conf import settings

    settings.INSTALLED_APPS = [
        # Discovering the admin classes of every app costs more than the rest; the module of the expression brings its own.
        "django.contrib.admin.apps.SimpleAdminConfig" if name == "django.contrib.admin" else name
        for name in settings.INSTALLED_APPS
        if isinstance(name, str) and not missing_modules.is_missing(name.partition(".")[0])
    ]
    settings.AUTH_PASSWORD_VALIDATORS = []
    # The usual ones need OpenSSL.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # The catalogues are not part of what ships, and no SQL depends on them.
    settings.USE_I18N = False
    if "." not in str(settings.AUTH_USER_MODEL):
        settings.AUTH_USER_MODEL = "auth.User"


def _tolerate_failing_ready():
    """What an app does when all is loaded (connecting signals, registering) changes no table."""
    from django.apps import AppConfig

    original = AppConfig.import_models

    def import_models(self):
        original(self)
        ready = self.ready

        def tolerant():
            try:
                ready()
            except Exception as error:
                missing_modules.notes.setdefault("%s.ready()" % self.name, []).append(describe(error))

        self.ready = tolerant

    AppConfig.import_models = import_models


def _database(configuration):
    options = configuration.get("OPTIONS") or {}
    return {
        "ENGINE": _postgresql_engine(configuration.get("ENGINE", "")),
        "NAME": "unused",
        # The one option that changes the SQL.
        "OPTIONS": {name: options[name] for name in ("server_side_binding",) if name in options},
    }


def _postgresql_engine(engine):
    """The project's own backend where it is one for PostgreSQL (PostGIS, a wrapper that collects metrics …)."""
    from django.db.utils import load_backend

    try:
        wrapper = load_backend(engine).DatabaseWrapper
    except Exception:
        return _POSTGRESQL
    return engine if getattr(wrapper, "vendor", "") == "postgresql" else _POSTGRESQL


def _pretend_server_version(server_version):
    from django.db import connections

    for alias in connections:
        connections[alias].__dict__["pg_version"] = server_version


def failure(kind, summary, error, root):
    """A `BridgeError` that names the cause, and where in the project it is."""
    if isinstance(error, BridgeError):
        return error
    refused = _refusal(error)
    if refused is not None:
        kind = "blocked"
    place = _place(error, root)
    message = "%s: %s%s" % (summary, refused or _cause(error), " (%s)" % place if place else "")
    return BridgeError(kind, message, "".join(traceback.format_exception(type(error), error, error.__traceback__)[-6:]))


def _refusal(error):
    """What the guard said, also where a library wrapped it in an exception of its own."""
    while error is not None and not isinstance(error, OperationBlocked):
        error = error.__cause__ or error.__context__
    return error


def _cause(error):
    if isinstance(error, SystemExit):
        return "the project called sys.exit(%s)" % ("" if error.code is None else error.code)
    if isinstance(error, KeyError) and _raised_by_environment(error):
        return "the environment variable %s is not set (the project sees only those that it is given)" % error.args[0]
    return describe(error)


def _raised_by_environment(error):
    frames = traceback.extract_tb(error.__traceback__)
    lookup = type(os.environ).__getitem__.__code__
    return bool(frames) and (frames[-1].name, frames[-1].filename) == (lookup.co_name, lookup.co_filename)


def _place(error, root):
    """The last line of the project's own code that the exception passed: `shop/settings.py:12`."""
    inside = os.path.join(root, "")
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(inside) and "site-packages" not in frame.filename:
            return "%s:%d" % (os.path.relpath(frame.filename, root).replace(os.sep, "/"), frame.lineno)
    return None
