import { describe, expect, it } from "vitest";
import type { LogOutputChannel } from "vscode";
import { SecretLog } from "../../src/secret-log.ts";

/** A channel that keeps what it is given. */
function recorder(): { readonly written: string[]; readonly log: LogOutputChannel } {
  const written: string[] = [];
  const write = (...parts: unknown[]) => void written.push(parts.map(String).join(" "));
  const channel = { trace: write, debug: write, info: write, warn: write, error: write };
  const output = {
    append: write,
    appendLine: write,
    replace: write,
    clear() {},
    show() {},
    hide() {},
    dispose() {},
  };
  return {
    written,
    log: { ...channel, ...output, name: "x", logLevel: 1, onDidChangeLogLevel: () => ({ dispose() {} }) },
  };
}

describe("the log of the protocol", () => {
  it("never holds a secret, as it is or as JSON writes it", () => {
    const { written, log } = recorder();
    const secrets = new SecretLog(log);
    const password = `correct "horse"\n`;
    secrets.info("before");
    secrets.keepOut(password);
    secrets.trace(`Params: ${JSON.stringify({ connection: { password } }, null, 4)}`);
    secrets.debug("with more", { password }, password);
    secrets.error(new Error(`failed with ${password}`));
    secrets.appendLine(password);
    expect(written[0]).toBe("before");
    expect(written.join("\n")).not.toContain("horse");
    expect(written[1]).toContain(`"password": "***"`);
  });

  it("is as it was without a secret", () => {
    const { written, log } = recorder();
    const secrets = new SecretLog(log);
    secrets.keepOut("");
    secrets.info("a", 1);
    expect(written).toEqual(["a 1"]);
  });
});
