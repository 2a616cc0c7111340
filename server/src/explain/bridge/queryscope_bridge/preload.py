"""Imports what most projects import, before any of them is known: for interpreters whose memory is kept.

Only what needs no settings. Modules with models need them.
"""
import ast  # noqa: F401
import asyncio  # noqa: F401
import csv  # noqa: F401
import dataclasses  # noqa: F401
import hashlib  # noqa: F401
import html  # noqa: F401
import logging.config  # noqa: F401
import secrets  # noqa: F401
import smtplib  # noqa: F401
import tempfile  # noqa: F401
import unicodedata  # noqa: F401
import urllib.request  # noqa: F401
import zoneinfo

from . import driver, server  # noqa: F401

driver.install()

import django.contrib.admin.apps  # noqa: E402, F401
import django.contrib.auth.apps  # noqa: E402, F401
import django.contrib.auth.decorators  # noqa: E402, F401
import django.contrib.auth.hashers  # noqa: E402, F401
import django.contrib.auth.password_validation  # noqa: E402, F401
import django.contrib.contenttypes.apps  # noqa: E402, F401
import django.contrib.messages.apps  # noqa: E402, F401
import django.contrib.postgres.aggregates  # noqa: E402, F401
import django.contrib.postgres.constraints  # noqa: E402, F401
import django.contrib.postgres.fields  # noqa: E402, F401
import django.contrib.postgres.functions  # noqa: E402, F401
import django.contrib.postgres.indexes  # noqa: E402, F401
import django.contrib.postgres.search  # noqa: E402, F401
import django.contrib.sessions.apps  # noqa: E402, F401
import django.contrib.sites.apps  # noqa: E402, F401
import django.contrib.staticfiles.apps  # noqa: E402, F401
import django.core.cache.backends.dummy  # noqa: E402, F401
import django.core.files.storage  # noqa: E402, F401
import django.core.mail  # noqa: E402, F401
import django.core.management  # noqa: E402, F401
import django.core.paginator  # noqa: E402, F401
import django.db.backends.postgresql.base  # noqa: E402, F401
import django.db.backends.postgresql.schema  # noqa: E402, F401
import django.db.migrations.operations  # noqa: E402, F401
import django.db.models.functions  # noqa: E402, F401
import django.forms.models  # noqa: E402, F401
import django.http  # noqa: E402, F401
import django.middleware.common  # noqa: E402, F401
import django.shortcuts  # noqa: E402, F401
import django.template.loader  # noqa: E402, F401
import django.template.response  # noqa: E402, F401
import django.urls  # noqa: E402, F401
import django.utils.timezone  # noqa: E402, F401
import django.views.decorators.cache  # noqa: E402, F401
import django.views.decorators.csrf  # noqa: E402, F401
import django.views.decorators.http  # noqa: E402, F401
import django.views.generic  # noqa: E402, F401

# Finds out where time zones are kept: what asks for the date of today needs one.
zoneinfo.ZoneInfo("UTC")
