/**
 * `node load.cjs EXTENSION`: what loading the extension's bundle costs VS Code where there is no Django: processor time
 * in milliseconds, and the modules that it loads, as JSON.
 */
const Module = require("node:module");

/** Answers whatever is asked of VS Code while modules are loaded. */
const anything = new Proxy(class {}, {
  get: (target, key) => (key === "prototype" ? target.prototype : anything),
  construct: () => ({}),
});
const load = Module._load;
const modules = new Set();
Module._load = (request, ...more) => {
  if (more[0] !== module) modules.add(request);
  return request === "vscode" ? anything : load(request, ...more);
};

const [, , extension] = process.argv;
const start = process.cpuUsage();
require(extension);
const { user, system } = process.cpuUsage(start);
console.log(JSON.stringify({ milliseconds: (user + system) / 1000, modules: [...modules].sort() }));
