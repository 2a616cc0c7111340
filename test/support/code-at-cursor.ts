import { neverCancelled } from "../../server/src/base/cancellation.ts";
import { liveCode } from "../../server/src/ide/live-code.ts";
import type { Code } from "../../server/src/ide/lookups/code.ts";
import { createSnapshot, type Snapshot } from "../../server/src/ide/snapshot.ts";
import { defaultConfiguration } from "../../server/src/lint/configuration.ts";
import { lintAnalysis } from "../../server/src/lint/lint.ts";
import { MemoryFileSystem } from "../../server/src/platform/memory-file-system.ts";
import type { WorkspaceOptions } from "../../server/src/program/open-workspace.ts";
import { rules } from "../../server/src/rules/registry.ts";
import { openTestWorkspace } from "./memory-workspace.ts";
import { testParser } from "./python-parser.ts";

const models = `
from django.contrib.auth.models import User
from django.db import models


class Region(models.Model):
    name = models.CharField(max_length=100)


class Customer(models.Model):
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="customers")


class Account(models.Model):
    customer = models.OneToOneField(Customer, on_delete=models.CASCADE)


class Tag(models.Model):
    title = models.CharField(max_length=20)


class OrderQuerySet(models.QuerySet):
    def open(self):
        return self.filter(total__gt=0)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
    seller = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="orders", related_query_name="order")
    number = models.CharField(max_length=100, unique=True)
    placed = models.DateTimeField(db_index=True)
    total = models.IntegerField()
    tags = models.ManyToManyField(Tag)

    objects = OrderQuerySet.as_manager()


class Item(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    quantity = models.IntegerField()
`;

const imports = `from django.contrib import admin
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Sum
from django.shortcuts import get_object_or_404, render
from django.views.generic import ListView
from rest_framework import serializers
from rest_framework.viewsets import ModelViewSet

from shop.models import Customer, Item, Order


class OrderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["number"]


`;

export interface CodeAtCursor {
  readonly code: Code;
  readonly offset: number;
  readonly snapshot: Snapshot;
}

/**
 * A shop's `views.py` with this code at its end, and the place of the `|` in it, which is no part of the code.
 * @param options.analysed what was there when the project was analysed; by default the same
 */
export async function codeAtCursor(
  written: string,
  options: { readonly analysed?: string; readonly workspace?: Partial<WorkspaceOptions> } = {},
): Promise<CodeAtCursor> {
  // The last: `|` is an operator, too.
  const cursor = written.lastIndexOf("|");
  const text = `${imports}${written.slice(0, cursor)}${written.slice(cursor + 1)}`;
  const fileSystem = new MemoryFileSystem({
    "/project/manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
    "/project/settings.py":
      'INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "shop"]\nAUTH_USER_MODEL = "auth.User"\n',
    "/project/shop/__init__.py": "",
    "/project/shop/models.py": models,
    "/project/shop/views.py": options.analysed === undefined ? text : `${imports}${options.analysed}`,
  });
  const workspace = await openTestWorkspace(fileSystem, options.workspace);
  const analysis = await workspace.analyze(neverCancelled);
  const { findings } = lintAnalysis(analysis, defaultConfiguration, { rules });
  const snapshot = createSnapshot(analysis, findings);
  const file = (await testParser()).parse("shop/views.py", text);
  const code = liveCode(snapshot, file);
  if (code === undefined) throw new Error("the file belongs to no project");
  return { code, offset: imports.length + cursor, snapshot };
}
