/** Which actions of a view are interpreted for each class that inherits them. */
import { expect, test } from "vitest";
import { analyzeFiles } from "../../../../test/mdtest/analyze-files.ts";

const project = {
  "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  "settings.py": 'INSTALLED_APPS = ["rest_framework", "shop"]\n',
  "shop/__init__.py": "",
  "shop/models.py": `
from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=100)


class Order(models.Model):
    number = models.CharField(max_length=100)


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
`,
  "shop/serializers.py": `
from rest_framework.serializers import ModelSerializer

from shop.models import Order


class OrderSerializer(ModelSerializer):
    class Meta:
        model = Order
        fields = ["number"]
`,
};

const audited = `
from rest_framework.viewsets import ModelViewSet


class AuditedViewSet(ModelViewSet):
    def perform_update(self, serializer):
        for line in serializer.instance.lines.all():
            print(line.product.name)
        serializer.save()
`;

/** Relations that are not loaded where a view that derives from the audited one updates an order. */
async function readWhileUpdating(view: string): Promise<readonly string[]> {
  const files = {
    ...project,
    "shop/audit.py": audited,
    "shop/api.py": `
from shop.audit import AuditedViewSet
from shop.models import Order
from shop.serializers import OrderSerializer


class OrderViewSet(AuditedViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
${view}`,
  };
  const { findings } = await analyzeFiles(new Map(Object.entries(files)));
  return findings.flatMap(({ relationPaths }) => relationPaths);
}

test("an update runs for each class that has a hook of its own", async () => {
  const hook = `
    def perform_update(self, serializer):
        super().perform_update(serializer)
`;
  expect(await readWhileUpdating(hook)).toEqual(["product"]);
});

test("an update to which a class adds nothing is not interpreted for it once more", async () => {
  expect(await readWhileUpdating("")).toEqual([]);
});
