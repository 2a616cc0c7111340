from .base import *

INSTALLED_APPS += ["sales"]
INSTALLED_APPS.append("reports.apps.ReportsConfig")
DEBUG = False
