import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { Unavailable } from "../../support/django-environment.ts";
import { type EditorTools, editorTools, type Release } from "./editor-tools.ts";

/** VS Code, and a folder in which the packaged extension is installed. Each getter throws {@link Unavailable}. */
export interface InstalledExtension {
  tools(): EditorTools;
  /** The path of the package. */
  packaged(): string;
  /** VS Code's folder of extensions, to be copied: it writes there. */
  extensions(): string;
}

/** Names a folder that {@link InstalledExtension.extensions} gave, for runs that follow each other. */
export const installedVariable = "QUERYSCOPE_TEST_EXTENSIONS";

/** Downloading the editor for the first time takes minutes. */
const setUpTimeout = 1_800_000;

/**
 * Packages the extension and installs it, once for all sessions of a file or of a `describe`.
 * @param source of the package for another release: making it takes longer than installing it
 */
export function useInstalledExtension(
  release: Release = "newest",
  source?: InstalledExtension,
): InstalledExtension {
  const given = process.env[installedVariable];
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-installed-"));
  let missing = new Unavailable("VS Code is not set up yet");
  let tools: EditorTools | undefined;
  let packaged: string | undefined;
  beforeAll(async () => {
    try {
      tools = await editorTools(release);
    } catch (error) {
      missing = new Unavailable(`VS Code cannot be had: ${error instanceof Error ? error.message : error}`);
      return;
    }
    if (given !== undefined) return;
    const output = path.join(folder, "queryscope.vsix");
    packaged = source?.packaged() ?? (await tools.packageExtension({ output }));
    tools.installExtension(folder, packaged);
  }, setUpTimeout);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const available = (): EditorTools => {
    if (tools === undefined) throw missing;
    return tools;
  };
  return {
    tools: available,
    packaged: () => {
      if (packaged === undefined) throw missing;
      return packaged;
    },
    extensions: () => {
      available();
      return given ?? path.join(folder, "extensions");
    },
  };
}
