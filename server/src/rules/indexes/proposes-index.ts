import type { Finding } from "../finding.ts";

/** Whether a finding advises an index, or to do without one. */
export function proposesIndex({ code }: Pick<Finding, "code">): boolean {
  return /^QS5(?:0\d|1[0145])$/.test(code);
}
