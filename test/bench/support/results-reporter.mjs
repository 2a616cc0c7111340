/**
 * A reporter for vitest that keeps the outcome of each long test in test/bench/results, with the commit, the date and the
 * machine. A file is written after each of its tests, so that a run of hours can be looked at, and broken off.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { inRepository, say } from "../../../scripts/support/repository.mjs";
import { originOfResult } from "./origin.mjs";
import { writeResult } from "./write-result.mjs";

const results = "test/bench/results";

/** @typedef {import("vitest/node").TestCase} TestCase */

/** @implements {import("vitest/node").Reporter} */
export default class ResultsReporter {
  #origin = originOfResult();
  /** @type {Map<string, ReturnType<typeof outcomeOf>[]>} */
  #outcomes = new Map();

  /** @param {TestCase} test */
  onTestCaseResult(test) {
    const name = basename(test.module.moduleId, ".long.ts");
    const outcomes = this.#outcomes.get(name) ?? [];
    const outcome = outcomeOf(test);
    this.#outcomes.set(name, [...outcomes, outcome]);
    const reason = outcome.reason === undefined ? "" : `: ${outcome.reason}`;
    say(`${outcome.name}: ${outcome.status} after ${outcome.seconds} s${reason}`);
    const unfinished = { ...this.#origin, isUnfinished: true, tests: this.#outcomes.get(name) };
    mkdirSync(inRepository(results), { recursive: true });
    writeFileSync(inRepository(`${results}/${name}.json`), `${JSON.stringify(unfinished, undefined, 2)}\n`);
  }

  async onTestRunEnd() {
    for (const [name, tests] of this.#outcomes)
      await writeResult(`${results}/${name}.json`, { ...this.#origin, tests });
  }
}

/** @param {TestCase} test */
function outcomeOf(test) {
  const { figures } = /** @type {{ figures?: unknown }} */ (test.meta());
  const { state, errors = [] } = test.result();
  return {
    name: test.fullName,
    status: state,
    seconds: Math.round((test.diagnostic()?.duration ?? 0) / 10) / 100,
    ...(errors.length === 0 ? {} : { reason: errors.map(({ message }) => message).join("\n") }),
    ...(figures === undefined ? {} : { figures }),
  };
}
