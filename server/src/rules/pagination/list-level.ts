import type { RowList } from "../../interpret/facts.ts";
import type { Level } from "../finding.ts";
import { lowered } from "../levels.ts";

/** Lower where only commands come there. */
export function levelOfLists(level: Level, lists: readonly Pick<RowList, "root">[]): Level {
  return lists.every(({ root }) => root.context === "command") ? lowered(level) : level;
}
