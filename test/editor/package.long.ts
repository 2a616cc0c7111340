/** The extension as it is installed. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import type { EditorTools } from "./support/editor-tools.ts";

type PackageScript = Pick<EditorTools, "packageExtension">;

// A name that the compiler does not follow: scripts have no types of their own here.
const script = new URL("../../scripts/package.mjs", import.meta.url).href;

const megabyte = 1_000_000;

it("is packaged with all that it runs, in 30 MB at most", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-package-"));
  try {
    const { packageExtension }: PackageScript = await import(script);
    const file = await packageExtension({ output: path.join(folder, "queryscope.vsix") });
    const { size } = statSync(file);
    expect(size).toBeLessThan(30 * megabyte);
    // Django, Python and PostgreSQL are in it.
    expect(size).toBeGreaterThan(15 * megabyte);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
