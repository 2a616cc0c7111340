import type { Value } from "../../queryset/value.ts";
import type { Arguments } from "../interpreter.ts";

/** Shared by all calls that pass none. */
export const noKeywords: ReadonlyMap<string, Value> = new Map();

export const noArguments: Arguments = { positional: [], keywords: noKeywords, open: false };
