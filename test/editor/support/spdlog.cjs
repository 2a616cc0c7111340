/**
 * In place of `@vscode/spdlog`, which would have to be compiled. Where it cannot be loaded, the extension host of VS Code
 * 1.93 never gets beyond its start: its logger asks itself without end whether it can be flushed.
 */
const { appendFileSync, mkdirSync } = require("node:fs");
const path = require("node:path");

const levels = ["trace", "debug", "info", "warn", "error", "critical"];

class Logger {
  #file;
  #level = 0;

  /** @param {string} file */
  constructor(file) {
    this.#file = file;
    mkdirSync(path.dirname(file), { recursive: true });
    appendFileSync(file, "");
  }

  /** @param {number} level the number of the lowest level that is written */
  setLevel(level) {
    this.#level = level;
  }

  clearFormatters() {}
  setPattern() {}
  flush() {}
  drop() {}

  /** @param {number} level @param {string} message */
  write(level, message) {
    if (level >= this.#level) appendFileSync(this.#file, `${levels[level]} ${message}\n`);
  }
}

for (const [level, name] of levels.entries()) {
  /** @type {any} */ (Logger.prototype)[name] = function (/** @type {string} */ message) {
    this.write(level, message);
  };
}

/** @param {string} _name @param {string} file */
const createLogger = async (_name, file) => new Logger(file);

module.exports = {
  setFlushOn() {},
  createRotatingLogger: createLogger,
  createAsyncRotatingLogger: createLogger,
};
