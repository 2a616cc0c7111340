/** Which calls are followed, and what is remembered of them. */
import { expect, test } from "vitest";
import { analyzeWithProblems } from "../../../../test/mdtest/analyze-files.ts";
import { ordersProject } from "../../../../test/support/orders-project.ts";

/** Rules with the relations that are not loaded, and the files that were analysed in part. */
async function analyze(files: Readonly<Record<string, string>>) {
  const { findings, problems } = await analyzeWithProblems(
    new Map(Object.entries({ ...ordersProject, ...files })),
  );
  return {
    findings: findings.map(({ rule, relationPaths }) => [rule, ...relationPaths].join(" ")),
    inPart: problems.map(({ path }) => path),
  };
}

const export_ = `
def write(model):
    for row in model.objects.all():
        print(row.owner.name)


def export(model):
    write(model)
`;

test("a call that stood too deep to be followed to its end is followed where it stands less deep", async () => {
  const files = {
    // Interpreted first: `export()` is the fifth call, and what it calls is too deep.
    "shop/deep.py": `
from shop.exports import export
from shop.models import Order


def nightly():
    first()


def first():
    second()


def second():
    third()


def third():
    fourth()


def fourth():
    export(Order)
`,
    "shop/exports.py": export_,
    "shop/views.py": `
from shop.exports import export
from shop.models import Order


def report():
    export(Order)
`,
  };
  expect(await analyze(files)).toEqual({ findings: ["n-plus-one-forward owner"], inPart: [] });
});

/** Takes more work than one root has. */
const endless = `
def rebuild(orders):
${"    print(orders, 1, 2, 3)\n".repeat(4000)}
`;

test("a call that leads too far leaves half of the work to the code behind it, and its root is analysed in part", async () => {
  const files = {
    "shop/jobs.py": endless,
    "shop/views.py": `
from shop.jobs import rebuild
from shop.models import Order


def report():
    rebuild(1)
    for order in Order.objects.all():
        print(order.owner.name)
`,
  };
  expect(await analyze(files)).toEqual({
    findings: ["n-plus-one-forward owner"],
    inPart: ["shop/jobs.py", "shop/views.py"],
  });
});
