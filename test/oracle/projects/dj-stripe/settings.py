from settings_base import *

INSTALLED_APPS = [*DJANGO_APPS, "djstripe"]
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
STRIPE_LIVE_MODE = False
STRIPE_TEST_SECRET_KEY = "sk_test_for_tests_only"
