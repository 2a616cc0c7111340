/** A real Celery application with Redis as its broker and store of results, and a worker of it. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { pythonWith } from "./django-environment.ts";

export interface CeleryApplication {
  /** Puts as many tasks into the queue, of which the last few will fail. */
  send(tasks: number, failing: number): Promise<void>;
  startWorker(name: string): Promise<CeleryWorker>;
  remove(): void;
}

export interface CeleryWorker {
  /** Without a chance to say goodbye, as a system does that lacks memory. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const application = (url: string) => `from celery import Celery

app = Celery("shop", broker="${url}", backend="${url}")


@app.task
def charge(card):
    if card == "expired":
        raise ValueError("the card has expired")
`;

const run = promisify(execFile);

/** @throws Unavailable where Celery cannot be installed */
export async function celeryApplication(url: string): Promise<CeleryApplication> {
  const python = await pythonWith("celery-redis", ["celery[redis]==5.7.0"]);
  const folder = mkdtempSync(path.join(tmpdir(), "queryscope-celery-"));
  writeFileSync(path.join(folder, "shop.py"), application(url));
  const options = {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, PYTHONDONTWRITEBYTECODE: "1" },
  };
  return {
    async send(tasks, failing) {
      const script = `import shop
for number in range(${tasks}):
    shop.charge.delay("valid" if number < ${tasks - failing} else "expired")`;
      await run(python, ["-c", script], options);
    },
    async startWorker(name) {
      const words = ["-m", "celery", "-A", "shop", "worker", "--pool=solo", `--hostname=${name}`];
      const worker = spawn(python, words, { ...options, stdio: "ignore" });
      const killAtExit = () => worker.kill("SIGKILL");
      process.once("exit", killAtExit);
      const end = async (signal: NodeJS.Signals) => {
        if (worker.exitCode === null && worker.signalCode === null && worker.kill(signal))
          await once(worker, "close");
        process.off("exit", killAtExit);
      };
      return { kill: () => end("SIGKILL"), stop: () => end("SIGTERM") };
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
