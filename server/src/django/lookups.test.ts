import { beforeAll, describe, expect, test } from "vitest";
import { djangoProjectFromFiles, type TestDjangoProject } from "../../../test/support/django-project.ts";
import {
  type PathOptions,
  type PathResult,
  resolveFieldPath,
  resolveLookup,
  resolvePrefetch,
  resolveSelectRelated,
} from "./lookups.ts";

let shop: TestDjangoProject;

beforeAll(async () => {
  shop = await djangoProjectFromFiles({
    "settings.py": 'INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]',
    "shop/__init__.py": "",
    "shop/models.py": `
      from django.contrib.contenttypes.fields import GenericForeignKey
      from django.contrib.contenttypes.models import ContentType
      from django.db import models
      from somewhere import Base

      class Team(models.Model):
          name = models.CharField()

      class User(models.Model):
          team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="members")
          email = models.CharField()

      class Profile(models.Model):
          user = models.OneToOneField(User, models.CASCADE)

      class Project(models.Model):
          owner = models.ForeignKey(User, models.CASCADE, related_name="projects", related_query_name="project")
          tags = models.ManyToManyField("Tag")
          data = models.JSONField()
          created = models.DateTimeField()

      class Tag(models.Model):
          pass

      class Task(models.Model):
          project = models.ForeignKey(Project, models.CASCADE)
          title = models.CharField()

      class Note(models.Model):
          content_type = models.ForeignKey(ContentType, models.CASCADE)
          object_id = models.IntegerField()
          subject = GenericForeignKey()

      class Odd(Base):
          name = models.CharField()
          project = models.ForeignKey(Project, models.CASCADE, related_name="odd")
          away = models.ForeignKey("missing.Thing", models.CASCADE)
    `,
  });
});

type Resolve = typeof resolveLookup;

function resolve(how: Resolve, label: string, path: string, options: PathOptions = {}): PathResult {
  return how(shop.models, shop.model(label), path, options);
}

/** A result in a line: the kinds of its parts, and what is wrong. */
function summary(result: PathResult): string {
  const parts = result.parts.map((part) => `${part.name} (${part.kind})`).join(", ");
  switch (result.kind) {
    case "valid":
      return parts;
    case "unknown":
      return `${parts}; unknown from part ${result.index}`;
    case "invalid":
      return `${parts}; ${result.name} of ${result.model}: ${result.problem}`;
  }
}

describe("lookups of filters, orderings and values", () => {
  test.each([
    ["Project", "owner", "owner (relation)"],
    [
      "Project",
      "owner__team__name__icontains",
      "owner (relation), team (relation), name (field), icontains (lookup)",
    ],
    ["Project", "owner_id", "owner_id (field)"],
    ["Project", "owner__team_id__in", "owner (relation), team_id (field), in (lookup)"],
    ["Project", "pk", "pk (field)"],
    ["Project", "owner__pk__in", "owner (relation), pk (field), in (lookup)"],
    ["Project", "owner__isnull", "owner (relation), isnull (lookup)"],
    ["Project", "task", "task (relation)"],
    ["Project", "task__title", "task (relation), title (field)"],
    ["User", "project__task__title", "project (relation), task (relation), title (field)"],
    ["Project", "created__date__gte", "created (field), date (lookup), gte (lookup)"],
    ["Project", "data__owner__name", "data (field), owner (lookup), name (lookup)"],
    ["Project", "tags__pk", "tags (relation), pk (field)"],
    ["User", "profile__user__email", "profile (relation), user (relation), email (field)"],
  ])("%s: %s", (model, path, expected) => {
    expect(summary(resolve(resolveLookup, `shop.${model}`, path))).toBe(expected);
  });

  test.each([
    ["Project", "titel", "; titel of shop.Project: unknownName"],
    ["Project", "owner__nmae", "owner (relation); nmae of shop.User: unknownName"],
    // Accessors are no query names.
    ["Project", "task_set", "; task_set of shop.Project: unknownName"],
    ["User", "projects", "; projects of shop.User: unknownName"],
    ["Note", "subject", "; subject of shop.Note: generic"],
  ])("%s: %s is wrong", (model, path, expected) => {
    expect(summary(resolve(resolveLookup, `shop.${model}`, path))).toBe(expected);
  });

  test.each([
    ["Project", "task_set", ["task"]],
    ["User", "projects", ["project"]],
    ["Project", "owmer", ["owner"]],
    ["Project", "zzz", []],
  ])("%s: for %s, %s may have been meant", (model, path, suggestions) => {
    const result = resolve(resolveLookup, `shop.${model}`, path);
    expect(result).toMatchObject({ kind: "invalid", suggestions });
  });

  test("names what would be right", () => {
    expect(resolve(resolveLookup, "shop.Task", "x")).toMatchObject({ choices: ["id", "project", "title"] });
  });

  test("the queryset's own names come first", () => {
    const options = { annotations: new Set(["total"]) };
    expect(summary(resolve(resolveLookup, "shop.Project", "total__gte", options))).toBe(
      "total (annotation), gte (lookup)",
    );
  });

  test("such a name may have several parts", () => {
    const options = { annotations: new Set(["task__count"]) };
    expect(summary(resolve(resolveLookup, "shop.Project", "task__count__gt", options))).toBe(
      "task__count (annotation), gt (lookup)",
    );
    expect(summary(resolve(resolveLookup, "shop.Project", "task__sum", options))).toBe(
      "task (relation); sum of shop.Task: unknownName",
    );
  });

  test("such a name may have been meant", () => {
    const options = { annotations: new Set(["task_count"]) };
    const result = resolve(resolveLookup, "shop.Project", "taskcount", options);
    expect(result).toMatchObject({ suggestions: ["task_count"] });
  });

  test("the queryset may add names that are not known, but only at the start of a path", () => {
    const options = { addsUnknownNames: true };
    expect(summary(resolve(resolveLookup, "shop.Project", "total__gte", options))).toBe(
      "; unknown from part 0",
    );
    expect(summary(resolve(resolveLookup, "shop.Project", "owner__nmae", options))).toBe(
      "owner (relation); nmae of shop.User: unknownName",
    );
  });

  test("lookups that the project registers can follow a relation", () => {
    const options = { registeredLookups: new Set(["same_as"]) };
    expect(summary(resolve(resolveLookup, "shop.Project", "owner__same_as", options))).toBe(
      "owner (relation); unknown from part 1",
    );
    expect(summary(resolve(resolveLookup, "shop.Project", "same_as", options))).toBe(
      "; same_as of shop.Project: unknownName",
    );
  });

  test("says nothing about an incomplete model or an unknown target", () => {
    expect(summary(resolve(resolveLookup, "shop.Odd", "anything"))).toBe("; unknown from part 0");
    expect(summary(resolve(resolveLookup, "shop.Odd", "away__name"))).toBe(
      "away (relation); unknown from part 1",
    );
    expect(summary(resolve(resolveLookup, "shop.Odd", "project__nmae"))).toBe(
      "project (relation); nmae of shop.Project: unknownName",
    );
  });

  test("tells the model at the end", () => {
    expect(resolve(resolveLookup, "shop.Project", "owner__team")).toMatchObject({ model: "shop.Team" });
    expect(resolve(resolveLookup, "shop.Project", "owner__team__name")).toMatchObject({ model: "shop.Team" });
    expect(resolve(resolveLookup, "shop.Project", "owner__email")).toMatchObject({ model: "shop.User" });
  });
});

describe("select_related", () => {
  test.each([
    ["Project", "owner__team", "owner (relation), team (relation)"],
    ["User", "profile", "profile (relation)"],
    ["Odd", "away", "away (relation)"],
  ])("%s: %s", (model, path, expected) => {
    expect(summary(resolve(resolveSelectRelated, `shop.${model}`, path))).toBe(expected);
  });

  test.each([
    ["Project", "tags", "; tags of shop.Project: toMany"],
    ["Project", "owner__project", "owner (relation); project of shop.User: toMany"],
    ["Project", "created", "; created of shop.Project: notARelation"],
    ["Project", "owner_id", "; owner_id of shop.Project: notARelation"],
    ["Project", "ownr", "; ownr of shop.Project: unknownName"],
    ["Note", "subject", "; subject of shop.Note: generic"],
    ["Odd", "whatever", "; unknown from part 0"],
    ["Odd", "name", "; name of shop.Odd: notARelation"],
  ])("%s: %s is wrong", (model, path, expected) => {
    expect(summary(resolve(resolveSelectRelated, `shop.${model}`, path))).toBe(expected);
  });

  test("suggests only what can be joined", () => {
    expect(resolve(resolveSelectRelated, "shop.Project", "ownr")).toMatchObject({
      suggestions: ["owner"],
      choices: ["owner"],
    });
  });
});

describe("prefetch_related", () => {
  test.each([
    ["Project", "task_set", "task_set (relation)"],
    ["User", "projects__tags", "projects (relation), tags (relation)"],
    [
      "Project",
      "owner__projects__owner__team",
      "owner (relation), projects (relation), owner (relation), team (relation)",
    ],
    ["Note", "subject", "subject (relation)"],
    ["Note", "subject__owner", "subject (relation); unknown from part 1"],
  ])("%s: %s", (model, path, expected) => {
    expect(summary(resolve(resolvePrefetch, `shop.${model}`, path))).toBe(expected);
  });

  test.each([
    // Query names are no accessors.
    ["Project", "task", "; task of shop.Project: unknownName"],
    ["User", "project", "; project of shop.User: unknownName"],
    ["Project", "created", "; created of shop.Project: notARelation"],
    ["Project", "task_set__titel", "task_set (relation); titel of shop.Task: unknownName"],
  ])("%s: %s is wrong", (model, path, expected) => {
    expect(summary(resolve(resolvePrefetch, `shop.${model}`, path))).toBe(expected);
  });

  test("may follow properties and to_attr of an earlier prefetch", () => {
    const hasAttribute: PathOptions["hasAttribute"] = (_, name) => name === "active_team";
    expect(summary(resolve(resolvePrefetch, "shop.User", "active_team__members", { hasAttribute }))).toBe(
      "; unknown from part 0",
    );
    const annotations = new Set(["open_tasks"]);
    expect(summary(resolve(resolvePrefetch, "shop.Project", "open_tasks__project", { annotations }))).toBe(
      "; unknown from part 0",
    );
  });
});

describe("only and defer", () => {
  test.each([
    ["title", "title (field)"],
    ["project__created", "project (relation), created (field)"],
    ["project_id", "project_id (field)"],
    ["pk", "pk (field)"],
  ])("%s", (path, expected) => {
    expect(summary(resolve(resolveFieldPath, "shop.Task", path))).toBe(expected);
  });

  test("columns have no parts", () => {
    expect(summary(resolve(resolveFieldPath, "shop.Task", "title__length"))).toBe(
      "title (field); title of shop.Task: notARelation",
    );
  });
});
