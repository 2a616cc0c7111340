import { expect, test } from "vitest";
import { djangoProjectFromFiles } from "../../../test/support/django-project.ts";
import { testParser } from "../../../test/support/python-parser.ts";
import { outlineKey } from "../python/outline-key.ts";

const abstract = `
from django.db import models
class AbstractTopic(models.Model):
    title = models.CharField()
    forum = models.ForeignKey("shop.Forum", models.CASCADE, related_name="topics")
    class Meta:
        abstract = True
        app_label = "shop"
class Forum(models.Model):
    name = models.CharField()
`;

const factory = `
from django.apps import apps
def model_factory(abstract_class):
    name = abstract_class.__name__.replace("Abstract", "")
    if not is_registered(abstract_class.Meta.app_label, name):
        return type(str(name), (abstract_class,), {"__module__": __name__})
def with_field(base, label):
    class Made(base):
        extra = models.CharField()
    return Made
def plain(name, base):
    model = type(name, (base,), {})
    return model
def unknown_attributes(base, attributes):
    return type("Made", (base,), attributes)
def either(base):
    if base.flag:
        return base
    return type("Made", (base,), {})
def form_of(model):
    return make_form(model)
`;

async function modelsOf(models: string): Promise<readonly string[]> {
  const project = await djangoProjectFromFiles({
    "settings.py": 'INSTALLED_APPS = ["shop"]',
    "shop/__init__.py": "",
    "shop/abstract.py": abstract,
    "shop/factories.py": factory,
    "shop/models.py": models,
  });
  const written = ["AbstractTopic", "Forum"];
  return [...project.models.models.values()]
    .filter(({ appLabel, name }) => appLabel === "shop" && !written.includes(name))
    .map(({ fields, name }) => `${name}: ${[...fields.keys()].join(" ")}`);
}

const imports = "from .abstract import AbstractTopic, Forum\nfrom . import factories\n";

test.each([
  [
    "a function of another module",
    "Topic = factories.model_factory(AbstractTopic)",
    ["Topic: id title forum"],
  ],
  [
    "one that is given a name, too",
    'Topic = factories.plain("Topic", AbstractTopic)',
    ["Topic: id title forum"],
  ],
  [
    "type() itself",
    'Topic = type("Topic", (AbstractTopic,), {"__module__": __name__})',
    ["Topic: id title forum"],
  ],
  [
    "a class statement in a function of the same module",
    `
from django.db import models
def make(base):
    class Made(base):
        extra = models.CharField()
        class Meta:
            ordering = ["extra"]
    return Made
Topic = make(AbstractTopic)
`,
    ["Topic: id title forum extra"],
  ],
  ["a branch", "if True:\n    Topic = factories.model_factory(AbstractTopic)", ["Topic: id title forum"]],
  [
    "a model that is made of a made one",
    "Topic = factories.model_factory(AbstractTopic)\nclass Poll(Topic): pass",
    ["Poll: id title forum topic_ptr", "Topic: id title forum"],
  ],
  // Nothing is known of these.
  ["a body with names of another module", 'Topic = factories.with_field(AbstractTopic, "x")', []],
  ["attributes that are handed over", "Topic = factories.unknown_attributes(AbstractTopic, {})", []],
  ["a function that returns what it is given, or not", "Topic = factories.either(AbstractTopic)", []],
  ["a function that makes something else", "TopicForm = factories.form_of(Forum)", []],
  ["another class as a further argument", "Topic = factories.plain(Forum, AbstractTopic)", []],
  ["a function of a library", "from lib import make\nTopic = make(AbstractTopic)", []],
])("a model made by %s", async (_name, code, expected) => {
  expect(await modelsOf(`${imports}${code}`)).toEqual(expected);
});

test("relations lead to and from it", async () => {
  const project = await djangoProjectFromFiles({
    "settings.py": 'INSTALLED_APPS = ["shop"]',
    "shop/__init__.py": "",
    "shop/abstract.py": abstract,
    "shop/factories.py": factory,
    "shop/models.py": `${imports}Topic = factories.model_factory(AbstractTopic)`,
  });
  expect(project.model("shop.Forum").relations.get("topics")).toMatchObject({ target: "shop.Topic" });
  expect(project.model("shop.Topic").relations.get("forum")).toMatchObject({ target: "shop.Forum" });
});

test("the body of its class statement is part of what other files see", async () => {
  const parser = await testParser();
  const body = (column: string) =>
    parser.parse(
      "models.py",
      `def make(base):\n    class Made(base):\n        ${column} = 1\n    return Made\n`,
    );
  expect(outlineKey(body("first"))).not.toBe(outlineKey(body("other")));
});
