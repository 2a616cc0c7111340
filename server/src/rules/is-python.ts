import type { Location } from "../base/text-range.ts";

/** Whether the place is in Python code, and not in a template. */
export function isPython({ path }: Location): boolean {
  return path.endsWith(".py");
}
