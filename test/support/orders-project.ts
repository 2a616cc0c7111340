/** A small project of which tests show what the analysis does with code beside it: orders and their owners. */
export const ordersProject = {
  "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  "settings.py": 'INSTALLED_APPS = ["shop"]\n',
  "shop/__init__.py": "",
  "shop/models.py": `
from django.db import models


class Owner(models.Model):
    name = models.CharField(max_length=100)


class Order(models.Model):
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE)
    number = models.CharField(max_length=100)
`,
};
