import { readFileSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, queryscope, runProcess } from "./support/command.ts";
import { repairedShop, shop } from "./support/shop.ts";

const read = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8");
const repaired = repairedShop["orders/views.py"];

describe("queryscope check --fix", () => {
  it("repairs the code, reports what is left, and has nothing to do the second time", async () => {
    const folder = folderWith(shop);
    const first = await queryscope({ folder }, "check", "--fix");
    expect(first).toMatchObject({ status: 0, stdout: "" });
    expect(first.stderr).toMatch(/^Fixed 1 finding in 1 file\.\nNo findings in /);
    expect(read(folder, "orders/views.py")).toBe(repaired);
    utimesSync(join(folder, "orders/views.py"), 0, 0);
    expect((await queryscope({ folder }, "check", "--fix")).stderr).toMatch(/^Fixed 0 findings in 0 files\./);
    expect(statSync(join(folder, "orders/views.py")).mtimeMs).toBe(0);
  });

  it("keeps line breaks and the byte order mark", async () => {
    const crlf = (text: string) => `\ufeff${text.replaceAll("\n", "\r\n")}`;
    const folder = folderWith({ ...shop, "orders/views.py": crlf(shop["orders/views.py"]) });
    expect((await queryscope({ folder }, "check", "--fix")).status).toBe(0);
    expect(read(folder, "orders/views.py")).toBe(crlf(repaired));
  });

  it("creates files, with unsafe fixes allowed", async () => {
    const folder = folderWith({
      ...repairedShop,
      "requirements.txt": "celery==5.7.0\n",
      "config/celery.py": "from celery import Celery\n\napp = Celery()\n",
      "orders/contact.py": `from django.core.mail import send_mail


def contact(request):
    send_mail("Hello", request.POST["text"], None, ["shop@example.com"])
`,
    });
    const { status, stderr } = await queryscope({ folder }, "check", "--fix", "--unsafe-fixes");
    expect({ status, stderr }).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^Fixed 2 findings in 2 files/),
    });
    expect(read(folder, "orders/contact.py")).toBe(`from .tasks import send_contact_email


def contact(request):
    send_contact_email.delay_on_commit(request.POST["text"])
`);
    expect(read(folder, "orders/tasks.py")).toBe(`from celery import shared_task
from django.core.mail import send_mail


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def send_contact_email(text):
    send_mail("Hello", text, None, ["shop@example.com"])
`);
  });

  it("prints the fixed text of standard input", async () => {
    const folder = folderWith(repairedShop);
    const args = ["check", "--fix", "--stdin-filename", "orders/views.py", "-"];
    const { status, stdout } = await queryscope({ folder, input: shop["orders/views.py"] }, ...args);
    expect({ status, stdout }).toEqual({ status: 0, stdout: repaired });
  });
});

describe("queryscope check --diff", () => {
  it("prints a patch that git applies, and changes nothing itself", async () => {
    const folder = folderWith(shop);
    const { status, stdout, stderr } = await queryscope({ folder }, "check", "--diff");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Would fix 1 finding in 1 file\.\n/);
    expect(read(folder, "orders/views.py")).toBe(shop["orders/views.py"]);
    expect(await runProcess("git", ["apply", "-"], folder, stdout)).toMatchObject({ status: 0, stderr: "" });
    expect(read(folder, "orders/views.py")).toBe(repaired);
  });
});
