import { describe, expect, test } from "vitest";
import { projectFromFiles } from "../../../test/support/project.ts";
import { canonicalName, symbolName } from "./canonical-names.ts";

describe("one spelling per Django object", () => {
  test.each([
    ["django.db.models.ForeignKey", "django.db.models.ForeignKey"],
    ["django.db.models.fields.CharField", "django.db.models.CharField"],
    ["django.db.models.fields.related.ForeignKey", "django.db.models.ForeignKey"],
    ["django.db.models.fields.json.JSONField", "django.db.models.JSONField"],
    ["django.db.models.base.Model", "django.db.models.Model"],
    ["django.db.models.manager.Manager", "django.db.models.Manager"],
    ["django.db.models.query.QuerySet", "django.db.models.QuerySet"],
    ["django.db.models.query_utils.Q", "django.db.models.Q"],
    ["django.db.models.functions.text.Lower", "django.db.models.functions.Lower"],
    ["django.contrib.postgres.fields.array.ArrayField", "django.contrib.postgres.fields.ArrayField"],
    ["django.contrib.postgres.fields.JSONField", "django.db.models.JSONField"],
    ["django.contrib.postgres.fields.jsonb.JSONField", "django.db.models.JSONField"],
    ["django.contrib.gis.db.models.CharField", "django.db.models.CharField"],
    ["django.contrib.gis.db.models.PointField", "django.contrib.gis.db.models.PointField"],
    ["django.contrib.gis.db.models.fields.PointField", "django.contrib.gis.db.models.PointField"],
    ["django.contrib.auth.base_user.AbstractBaseUser", "django.contrib.auth.models.AbstractBaseUser"],
    ["django.apps.registry.apps", "django.apps.apps"],
    ["taggit.models.Tag", "taggit.models.Tag"],
  ])("%s is %s", (name, canonical) => {
    expect(canonicalName(name)).toBe(canonical);
  });
});

test("a class whose source is read has the name of its import path", async () => {
  const project = await projectFromFiles({
    "site-packages/taggit/__init__.py": "",
    "site-packages/taggit/models.py": "class Tag:\n    class Meta:\n        pass\n",
    "shop.py": "from taggit.models import Tag\n",
  });
  expect(symbolName(project.symbol("shop.Tag"))).toBe("taggit.models.Tag");
  expect(symbolName(project.symbol("taggit.models.Tag.Meta"))).toBe("taggit.models.Tag.Meta");
  expect(symbolName({ kind: "unknown" })).toBeUndefined();
});
