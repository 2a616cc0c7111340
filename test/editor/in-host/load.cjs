/** `node load.cjs EXTENSION`: how much processor time loading the extension's bundle takes, in milliseconds. */
const Module = require("node:module");

/** Answers whatever is asked of VS Code while modules are loaded. */
const anything = new Proxy(class {}, {
  get: (target, key) => (key === "prototype" ? target.prototype : anything),
  construct: () => ({}),
});
const load = Module._load;
Module._load = (request, ...more) => (request === "vscode" ? anything : load(request, ...more));

const start = process.cpuUsage();
require(process.argv[2]);
const { user, system } = process.cpuUsage(start);
console.log((user + system) / 1000);
