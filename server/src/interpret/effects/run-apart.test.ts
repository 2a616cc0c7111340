import { expect, test } from "vitest";
import { analyzeFiles } from "../../../../test/mdtest/analyze-files.ts";
import { ordersProject } from "../../../../test/support/orders-project.ts";

const findingsIn = async (files: Readonly<Record<string, string>>) =>
  (await analyzeFiles(new Map(Object.entries({ ...ordersProject, ...files })))).findings;

test("what a receiver is tried with hides nothing from the code that makes the same call", async () => {
  const withReceiver = {
    "shop/exports.py": `
def export(reason, model):
    if hasattr(reason, "owner"):
        return
    for row in model.objects.all():
        print(row.owner.name)
`,
    // The receiver itself never gets to the loop; its trial with a row of which nothing is known does.
    "shop/receivers.py": `
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.exports import export
from shop.models import Order


@receiver(post_save, sender=Order)
def order_saved(sender, instance: Order, created, **kwargs):
    export(instance, Order)
`,
    "shop/views.py": `
from reasons import latest_reason

from shop.exports import export
from shop.models import Order


def report():
    export(latest_reason(), Order)
`,
  };
  const findings = await findingsIn(withReceiver);
  expect(findings.map(({ rule, relationPaths }) => [rule, ...relationPaths])).toEqual([
    ["n-plus-one-forward", "owner"],
  ]);
});

test("the evidence names every call between the saving and the waiting", async () => {
  const [finding, ...others] = await findingsIn({
    "shop/apps.py": `
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from . import receivers
`,
    "shop/receivers.py": `
from django.core.mail import send_mail
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Owner


def write_to_team(name):
    send_mail("Renamed", name, None, ["team@example.com"])


@receiver(post_save, sender=Owner)
def owner_saved(sender, instance, **kwargs):
    write_to_team(instance.name)
`,
    "shop/views.py": `
from shop.models import Owner


def rename(request):
    owner = Owner.objects.get(pk=1)
    owner.name = "Renamed"
    owner.save()
`,
  });
  expect(others).toEqual([]);
  expect(finding?.evidence.map(({ message }) => message)).toEqual([
    "Request: rename()",
    "Calls shop.receivers.owner_saved",
    "Calls shop.receivers.write_to_team",
    "Sends an e-mail: send_mail",
  ]);
});

test("what a receiver for every model does is reported once, whatever is saved", async () => {
  const files = {
    "shop/receivers.py": `
from django.core.mail import send_mail
from django.db.models.signals import post_save
from django.dispatch import receiver


@receiver(post_save)
def saved(sender, instance, created, **kwargs):
    send_mail("Saved", "", None, ["office@example.org"])
`,
    "shop/views.py": `
from shop.models import Order, Owner


def add_order(request):
    Order.objects.create(owner_id=request.POST["owner"])


def add_owner(request):
    Owner.objects.create(name=request.POST["name"])
`,
  };
  const findings = await findingsIn(files);
  expect(findings.map(({ rule, evidence }) => [rule, evidence.length > 0])).toEqual([
    ["sync-email-in-request", true],
  ]);
});
