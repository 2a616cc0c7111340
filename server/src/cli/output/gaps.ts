/** What the analysis does not understand, for `--verbose`. */
import { groupBy } from "../../base/group-by.ts";
import { lineIndexOf } from "../../base/line-index.ts";
import type { Analysis } from "../../program/workspace.ts";
import { counted } from "./text.ts";

type Gap = Analysis["gaps"][number];

const sentences: Readonly<Record<Gap["reason"], string>> = {
  templateName: "the name of a template is not known",
  missingTemplate: "a template was not found in the project",
  brokenTemplate: "a template has mistakes; what can be read of it is analysed",
  unknownTag: "a template tag is not part of the project or of Django",
  unknownQueryset: "the queryset of a view is not known",
  unknownSerializer: "the serializer of a view is not known",
};

const shownPlaces = 3;

/**
 * One line for each reason, the most frequent first, with the first files concerned.
 * @param text of a file as it was analysed
 */
export function formatGaps(
  gaps: readonly Gap[],
  text: (path: string) => string | undefined,
): readonly string[] {
  return [...groupBy(gaps, ({ reason }) => reason)]
    .sort(([, first], [, second]) => second.length - first.length)
    .map(([reason, group]) => {
      const places = group.slice(0, shownPlaces).map(({ location: { path, range } }) => {
        const { line } = lineIndexOf(text(path) ?? "").positionAt(range.start);
        return `${path}:${line + 1}`;
      });
      const more = group.length > shownPlaces ? ", …" : "";
      return `not understood, ${counted(group.length, "place")}: ${sentences[reason]} (${places.join(", ")}${more})`;
    });
}
