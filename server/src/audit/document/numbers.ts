/** Numbers as people read them. */
import type { Range } from "../stages.ts";

export function count(number: number): string {
  return number.toLocaleString("en");
}

/** `1 finding`, `3 findings` */
export function counted(number: number, name: string): string {
  return `${count(number)} ${number === 1 ? name : `${name}s`}`;
}

/** `2–3`, `2` where both ends are the same. */
export function range({ from, to }: Range): string {
  return from === to ? count(from) : `${count(from)}–${count(to)}`;
}
