"""As the project's own template of a site has them: its defaults first."""

import settings_base
from rdmo.core.settings import *

SECRET_KEY = settings_base.SECRET_KEY
DATABASES = settings_base.DATABASES
MEDIA_ROOT = settings_base.MEDIA_ROOT
STATIC_URL = settings_base.STATIC_URL
STATIC_ROOT = settings_base.MEDIA_ROOT
DEFAULT_AUTO_FIELD = settings_base.DEFAULT_AUTO_FIELD
ROOT_URLCONF = "urls"

# Filters for templates, which has no wheel.
INSTALLED_APPS.remove("mathfilters")
