/** Makes `save()` write only the columns that were assigned. */
import { quoteOf } from "../../edits/queryset-chain.ts";
import type { Write } from "../../interpret/facts.ts";
import type { Fix } from "../finding.ts";
import type { WrittenFields } from "./written-fields.ts";

const mostFields = 8;

/**
 * @param skipped what saving does beside writing: an override of `save()` may assign to further fields
 */
export function updateFieldsFix(
  write: Pick<Write, "location" | "node" | "receiver">,
  text: string,
  written: WrittenFields,
  skipped: readonly string[],
): Fix | undefined {
  const { node, location, receiver } = write;
  if (written.kind === "unknown" || skipped.length > 0) return undefined;
  if (node.arguments.length > 0 || node.keywords.length > 0 || written.fields.length > mostFields)
    return undefined;
  // A comment between the parentheses would be lost.
  const { start, end } = node.argumentsRange;
  if (text.slice(start + 1, end - 1).trim() !== "") return undefined;
  const quote = quoteOf(text, node);
  const names = written.fields.map(({ name }) => quote + name + quote).join(", ");
  // A locked row can't be deleted by others before it is saved.
  const isLocked = receiver.kind === "instance" && receiver.source?.queryset.locksRows === true;
  const precondition = isLocked ? "" : " (raises DatabaseError where the row was deleted meanwhile)";
  return {
    title: `Save only ${names} with update_fields${precondition}`,
    // It makes each query cheaper, but no query less: the finding stays.
    safety: "suggestion",
    preferred: false,
    edits: [
      { path: location.path, range: { start: start + 1, end: end - 1 }, newText: `update_fields=[${names}]` },
    ],
  };
}
