/** Tells what Python has asked of the clock. */

/** Of `clock_time_get`: the time of day, and not what has passed since some moment. */
const realTime = 0;

export class WatchedClock {
  #readings = 0;

  /** How often Python has asked what time it is. */
  get readings(): number {
    return this.#readings;
  }

  /** @param imports functions that WebAssembly will be given, by module and name */
  watch(imports: Readonly<Record<string, Record<string, unknown>>>): void {
    for (const functions of Object.values(imports)) {
      this.#count(functions, "emscripten_date_now", () => true);
      this.#count(functions, "clock_time_get", (clock) => clock === realTime);
    }
  }

  #count(
    functions: Record<string, unknown>,
    name: string,
    tellsTime: (firstArgument: unknown) => boolean,
  ): void {
    const original = functions[name];
    if (typeof original !== "function") return;
    functions[name] = (...values: readonly unknown[]): unknown => {
      if (tellsTime(values[0])) this.#readings++;
      return original(...values);
    };
  }
}
