import { describe, expect, it } from "vitest";
import { fullCapabilities } from "./support/client.ts";
import { useSessions } from "./support/sessions.ts";

const sessions = useSessions();

const files = { "a.py": "", "b.py": "" };

interface Progress {
  readonly value: { readonly kind: string; readonly title?: string; readonly message?: string };
}

describe("work-done progress", () => {
  it("is shown when an analysis takes long, and ends with it", async () => {
    const client = await sessions.startHeld(files);
    await client.next("window/workDoneProgress/create");
    const begin = await client.next<Progress>("$/progress");
    expect(begin.value).toMatchObject({ kind: "begin", title: expect.stringMatching(/^Queryscope: /) });
    await client.connection.sendNotification("fake/release");
    await client.next<Progress>("$/progress", ({ value }) => value.kind === "end");
  });

  it("is not shown for what is done at once", async () => {
    const client = await sessions.start(files);
    await client.pull("a.py");
    expect(client.received.filter(({ method }) => method.includes("rogress"))).toEqual([]);
  });

  it("is not sent to a client that has no progress bars", async () => {
    const client = await sessions.startHeld(files, {
      capabilities: { ...fullCapabilities, window: {}, experimental: { serverStatusNotification: true } },
    });
    await client.next("experimental/serverStatus");
    expect(client.received.filter(({ method }) => method.includes("rogress"))).toEqual([]);
  });
});

describe("experimental/serverStatus", () => {
  const capabilities = { ...fullCapabilities, experimental: { serverStatusNotification: true } };

  it("tells a client that asks for it how far the analysis is", async () => {
    const client = await sessions.startHeld(files, { capabilities });
    expect(await client.next("experimental/serverStatus")).toMatchObject({ health: "ok", quiescent: false });
    await client.connection.sendNotification("fake/release");
    const idle = await client.next("experimental/serverStatus", ({ quiescent }: Status) => quiescent);
    // The fake analysis knows no projects.
    expect(idle).toEqual({ health: "warning", quiescent: true, message: "No Django project found" });
  });

  it("tells that the analysis failed, and that it works again", async () => {
    const client = await sessions.start(files, { capabilities });
    await client.next("experimental/serverStatus");
    await client.connection.sendNotification("fake/fail", "no luck");
    await client.open("a.py", "x = 1\n");
    expect(await client.next("experimental/serverStatus")).toMatchObject({
      health: "error",
      message: expect.stringContaining("no luck"),
    });
    await client.connection.sendNotification("fake/fail", null);
    await client.replace("a.py", "x", "y");
    expect(await client.next("experimental/serverStatus")).toMatchObject({ health: "warning" });
  });
});

interface Status {
  readonly quiescent: boolean;
}
