"""Prints the SQL that creates the tables of the project in the working folder. Needs no database."""
import os
import sys

sys.path.insert(0, os.getcwd())

import django
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "unused"}}
settings.LOGGING_CONFIG = None
django.setup()

from django.apps import apps
from django.db import connection
from django.db.backends.postgresql.schema import DatabaseSchemaEditor

editor = DatabaseSchemaEditor(connection, collect_sql=True, atomic=False)
editor.deferred_sql = []
for model in apps.get_models():
    editor.create_model(model)
print("\n".join(editor.collected_sql + ["%s;" % statement for statement in editor.deferred_sql]))
