import { expect, test } from "vitest";
import { djangoProjectFromFiles } from "../../../test/support/django-project.ts";

test("a project tells from which function bodies its model graph was concluded", async () => {
  const { project } = await djangoProjectFromFiles({
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "conf")\n',
    "conf.py": 'def app(name):\n    return "shop"\nINSTALLED_APPS = [app("x")]\n',
    "shop/fields.py": `
      from django.db import models
      class OwnerField(models.ForeignKey):
          def __init__(self, **kwargs):
              super().__init__("shop.Owner", models.CASCADE, **kwargs)
    `,
    "shop/models.py": `
      from django.db import models
      from .fields import OwnerField
      class Owner(models.Model):
          def __str__(self):
              return "owner"
      class Order(models.Model):
          owner = OwnerField()
    `,
    "shop/views.py": "def view(request):\n    return None\n",
  });
  expect(project.settingsModule).toBe("conf");
  expect(project.apps).toEqual([{ moduleName: "shop", label: "shop" }]);
  // An edit of a model's method or of a view leaves the graph as it is.
  expect([...project.bodiesRead].sort()).toEqual(["conf.py", "shop/fields.py"]);
});
