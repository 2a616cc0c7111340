/** What a user does with the extension, in order. Each step waits for what it is to see. */
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";

/**
 * @typedef {object} Session
 * @property {import("playwright-core").Page} page
 * @property {(file: string) => string} read a file of the workspace from disk
 */

/** @param {Session["page"]} page @param {string} command title in the command palette */
async function palette(page, command) {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget .quick-input-filter input");
  await input.waitFor({ state: "visible" });
  await input.fill(`>${command}`);
  // Enter would take whichever row has the focus at that moment.
  await page.locator(".quick-input-list .monaco-list-row", { hasText: command }).first().click();
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** @param {Session["page"]} page @param {string} file */
async function open(page, file) {
  await page.keyboard.press("Control+p");
  const input = page.locator(".quick-input-widget .quick-input-filter input");
  await input.waitFor({ state: "visible" });
  await input.fill(file);
  await page
    .locator(".quick-input-list .monaco-list-row", { hasText: file.split("/").at(-1) })
    .first()
    .click();
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** @param {Session["page"]} page @param {string} text */
const line = (page, text) => page.locator(".editor-instance .view-line", { hasText: text }).first();

/** @param {Session["page"]} page @param {string} text */
const problem = (page, text) => page.locator(".markers-panel .monaco-list-row", { hasText: text }).first();

/** @param {Session["page"]} page */
const warning = (page) => page.locator(".squiggly-warning").first();

/**
 * Nothing on the page tells when the disk has it.
 * @param {() => string} read
 * @param {RegExp} pattern
 */
async function saved(read, pattern) {
  for (let attempts = 0; attempts < 200 && !pattern.test(read()); attempts++) await setTimeout(50);
  assert.match(read(), pattern);
}

/** @param {Session["page"]} page @param {string} title of an action at the cursor */
async function apply(page, title) {
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget .monaco-list-row", { hasText: title }).first().click();
  await page.locator(".action-widget .monaco-list-row").first().waitFor({ state: "hidden" });
}

/** @type {Record<string, (session: Session) => Promise<void>>} */
export const steps = {
  async "shows a squiggle when a file of a Django project is opened"({ page }) {
    await page.locator(".monaco-workbench").waitFor();
    await open(page, "shop/views.py");
    await warning(page).waitFor();
    assert.equal(await page.locator(".squiggly-warning").count(), 1);
  },

  async "lists the finding in the Problems view, and only that of the open file"({ page }) {
    await palette(page, "Problems: Focus on Problems View");
    await problem(page, "row.customer").waitFor();
    assert.equal(await problem(page, "summary").count(), 0);
  },

  async "explains the finding in the hover, with its evidence"({ page }) {
    await line(page, "title =").getByText("objects", { exact: false }).first().hover();
    await page.locator(".monaco-hover", { hasText: "50 rows: 51 queries → 1" }).first().waitFor();
    await page.locator(".monaco-hover", { hasText: "QS101" }).first().waitFor();
    await page.keyboard.press("Escape");
  },

  async "repairs it with the preferred quick fix, behind characters of several units"({ page }) {
    await line(page, "title =").getByText("objects", { exact: false }).first().click();
    await apply(page, 'Add select_related("customer")');
    await line(page, 'Order.objects.select_related("customer")  # é 😀').waitFor();
    await warning(page).waitFor({ state: "detached" });
  },

  async "saves what Django can run"({ page, read }) {
    await page.keyboard.press("Control+s");
    await saved(
      () => read("shop/views.py"),
      /; rows = Order\.objects\.select_related\("customer"\) {2}# é 😀\n/,
    );
  },

  async "finds what is typed"({ page }) {
    await line(page, "return [row.customer").click();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("for order in Order.objects.filter(paid=False): print(order.customer)", {
      delay: 5,
    });
    // The line before it returns.
    await line(page, "return [row.customer").click();
    await page.keyboard.press("Home");
    await page.keyboard.type("x = ");
    await page.keyboard.press("Delete");
    for (let count = 0; count < "return".length; count++) await page.keyboard.press("Delete");
    await warning(page).waitFor();
  },

  async "checks the whole workspace on command"({ page }) {
    await palette(page, "Queryscope: Check Workspace");
    await problem(page, "reports.py").waitFor();
  },

  async "points from the place of reading to the queryset in another file, and repairs it there"({
    page,
    read,
  }) {
    await open(page, "shop/helpers.py");
    await line(page, "order.customer.name").getByText("customer", { exact: false }).first().click();
    await apply(page, 'Add select_related("customer") (shop/reports.py:6)');
    // VS Code opens what it changed.
    await page.locator(".tab.dirty", { hasText: "reports.py" }).waitFor();
    await palette(page, "File: Save All");
    await problem(page, "reports.py").waitFor({ state: "detached" });
    assert.match(
      read("shop/reports.py"),
      /Order\.objects\.filter\(paid=True\)\.select_related\("customer"\)/,
    );
  },

  async "finds the same after the server was restarted"({ page }) {
    await open(page, "shop/views.py");
    await warning(page).waitFor();
    await palette(page, "Queryscope: Restart Server");
    await warning(page).waitFor({ state: "detached" });
    await warning(page).waitFor();
  },
};
