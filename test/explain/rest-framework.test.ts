/** Views and serializers of REST framework, as they run in the project's own interpreter. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { PythonInterpreterCompiler } from "../../server/src/explain/python-compiler.ts";
import type { NameBinding } from "../../server/src/python/name-binding.ts";
import { djangoPython, skipIfUnavailable } from "../support/django-environment.ts";
import { outline } from "./shop-compiler.ts";

const files: Readonly<Record<string, string>> = {
  "settings.py": `SECRET_KEY = "x"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "django_filters", "store"]
`,
  "store/__init__.py": "",
  "store/models.py": `from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=50)
    rank = models.IntegerField()
`,
  "store/api.py": `from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import filters, serializers, viewsets

from store.models import Item


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["name"]

    def others(self):
        return Item.objects.filter(name=self.context["view"].kwargs["name"])


class ItemViewSet(viewsets.ModelViewSet):
    queryset = Item.objects.all()
    serializer_class = ItemSerializer
    filter_backends = [DjangoFilterBackend, filters.SearchFilter, filters.OrderingFilter]
    filterset_fields = ["name"]
    search_fields = ["name"]
    ordering = ["rank"]

    def get_queryset(self):
        return super().get_queryset().filter(name=self.request.query_params["name"])


class PlainViewSet(viewsets.ModelViewSet):
    queryset = Item.objects.all()
    filter_backends = [DjangoFilterBackend]
`,
};

const self = (name: string): NameBinding => ({ kind: "receiver", name: "self", class: name, isClass: false });

it("filters as for a request without parameters, and has a serializer in no other", async ({ skip }) => {
  const python = await djangoPython("5.2").catch((error: unknown) => skipIfUnavailable(error, skip));
  const root = mkdtempSync(path.join(tmpdir(), "queryscope-api-"));
  mkdirSync(path.join(root, "store"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text);
  const compiler = new PythonInterpreterCompiler({
    ...{ workspaceTrusted: true, python, root, sourceRoots: [root], settings: "settings", environment: {} },
    serverVersion: 150_000,
  });
  const compiled = async (expression: string, receiver: string) =>
    outline(await compiler.compile({ module: "store.api", expression, bindings: [self(receiver)] }));
  try {
    expect(await compiled("self.filter_queryset(self.get_queryset())", "ItemViewSet")).toEqual([
      "SELECT … FROM store_item WHERE store_item.name = $1 ORDER BY store_item.rank ASC [self.request.query_params['name']=sample-1]",
    ]);
    expect(await compiled("self.filter_queryset(self.get_queryset())", "PlainViewSet")).toEqual([
      "SELECT … FROM store_item",
    ]);
    expect(await compiled("self.others()", "ItemSerializer")).toEqual([
      "SELECT … FROM store_item WHERE store_item.name = $1 [self.context['view'].kwargs['name']=sample-1]",
    ]);
  } finally {
    await compiler.close();
    rmSync(root, { recursive: true });
  }
}, 300_000);
