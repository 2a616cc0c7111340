import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import {
  createProtocolConnection,
  ExitNotification,
  InitializeRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { commandFile, folderWith, queryscope } from "./support/command.ts";

describe("queryscope", () => {
  it("prints its version", async () => {
    expect((await queryscope({ folder: folderWith({}) }, "--version")).stdout).toMatch(
      /^queryscope \d+\.\d+\.\d+\n$/,
    );
  });

  it("prints the page of a rule", async () => {
    const { status, stdout } = await queryscope({ folder: folderWith({}) }, "rule", "QS001");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^# unused-suppression \(QS001\)\n/);
  });

  it("prints the configuration in force", async () => {
    const folder = folderWith({ "pyproject.toml": "[tool.queryscope]\nquery-budget = 3\n", "shop/a.py": "" });
    const { stdout } = await queryscope({ folder }, "config", "shop");
    expect(stdout).toMatch(/^# pyproject\.toml\n/);
    expect(stdout).toContain("\nquery-budget = 3\n");
  });

  it("runs the language server", async () => {
    const child = spawn(process.execPath, [commandFile, "server", "--stdio"], { cwd: folderWith({}) });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.listen();
    const result = await connection.sendRequest(InitializeRequest.type, {
      processId: null,
      rootUri: null,
      capabilities: {},
    });
    expect(result.serverInfo?.name).toMatch(/queryscope/i);
    const left = new Promise((resolve) => child.on("exit", resolve));
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    expect(await left).toBe(0);
  });
});
