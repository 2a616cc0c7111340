import { type Disposable, type LogOutputChannel, RelativePattern, Uri, workspace } from "vscode";

const atRoots = ["manage.py", "pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "requirements*.txt"];
const manifests = `**/{${[...atRoots, "requirements/*.txt"].join(",")}}`;
const foreign = "**/{node_modules,site-packages,.venv,venv,.tox,.git}/**";

/** What is larger lists more than requirements. */
const largestManifest = 256 * 1024;

/**
 * Calls `start` as soon as the workspace looks like a Django project: now, or when a file or folder comes that makes it
 * one. The test is cheap and may err on the side of starting; the server itself knows better.
 */
export async function whenDjangoIsLikely(
  start: () => Promise<void>,
  log: LogOutputChannel,
): Promise<Disposable> {
  if (await isWorkspaceLikely(log)) {
    await start();
    return { dispose: () => {} };
  }
  log.info("No Django project found in this workspace; the server starts when there is one.");
  const watcher = workspace.createFileSystemWatcher(manifests);
  const subscriptions: Disposable[] = [watcher];
  const stop = (): void => {
    for (const subscription of subscriptions.splice(0)) subscription.dispose();
  };
  const check = async (uris: readonly Uri[]): Promise<void> => {
    if (!(await isDjangoLikely(uris)) || subscriptions.length === 0) return;
    stop();
    await start();
  };
  subscriptions.push(
    watcher.onDidCreate((uri) => check([uri])),
    watcher.onDidChange((uri) => check([uri])),
    workspace.onDidChangeWorkspaceFolders(async ({ added }) => {
      for (const folder of added) {
        await check(await workspace.findFiles(new RelativePattern(folder, manifests), foreign, 100));
      }
    }),
  );
  return { dispose: stop };
}

async function isWorkspaceLikely(log: LogOutputChannel): Promise<boolean> {
  // Most projects say it there, and a search may take long: in a remote window it waits for what else starts.
  if (await isDjangoLikely(await manifestsAtRoots())) return true;
  try {
    return await isDjangoLikely(await workspace.findFiles(manifests, foreign, 100));
  } catch (error) {
    log.warn(`The workspace cannot be searched for Django, the server starts anyway: ${String(error)}`);
    return true;
  }
}

const manifestName = new RegExp(
  `^(?:${atRoots.map((name) => name.replaceAll(".", "\\.").replace("*", "[^/]*")).join("|")})$`,
);

async function manifestsAtRoots(): Promise<readonly Uri[]> {
  const folders = workspace.workspaceFolders ?? [];
  const found = await Promise.all(
    folders.map(async ({ uri }) => {
      try {
        const names = (await workspace.fs.readDirectory(uri)).map(([name]) => name);
        return names.filter((name) => manifestName.test(name)).map((name) => Uri.joinPath(uri, name));
      } catch {
        // A folder of the workspace need not be there.
        return [];
      }
    }),
  );
  return found.flat();
}

async function isDjangoLikely(uris: readonly Uri[]): Promise<boolean> {
  if (uris.some(({ path }) => path.endsWith("/manage.py"))) return true;
  for (const uri of uris) if (await mentionsDjango(uri)) return true;
  return false;
}

async function mentionsDjango(uri: Uri): Promise<boolean> {
  try {
    if ((await workspace.fs.stat(uri)).size > largestManifest) return false;
    return /\bdjango\b/i.test(new TextDecoder().decode(await workspace.fs.readFile(uri)));
  } catch {
    // Gone or unreadable since it was found: then it tells nothing.
    return false;
  }
}
