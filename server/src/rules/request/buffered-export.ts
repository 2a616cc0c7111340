import type { BlockingCall } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { placesInRequests, type RequestPlace } from "./blocking-places.ts";
import { requestFinding, requestsInWords } from "./request-finding.ts";

export const bufferedExport: FactRule = {
  kind: "facts",
  code: "QS415",
  name: "buffered-export",
  summary: "A view writes all rows of a table into a file in memory before it answers",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    return placesInRequests(context, "export").flatMap((place) => {
      const [first, ...others] = place.requests.filter(writesTable);
      return first ? [findingOf(context, { ...place, requests: [first, ...others] })] : [];
    });
  },
};

/**
 * `writerows(queryset)`, or a row in each round of a loop over rows that nothing limits. With `iterator()` the rows at
 * least are not all in memory.
 */
function writesTable({ library, loops }: BlockingCall): boolean {
  return (
    library.endsWith(".writerows") ||
    loops.some(
      ({ weight, rows }) =>
        weight.kind === "rows" && weight.pageSize === undefined && !weight.few && !rows?.streamed,
    )
  );
}

function findingOf(context: RuleContext, place: RequestPlace): Finding {
  const [first] = place.requests;
  return requestFinding(context, bufferedExport, place, `Writes a row: ${first.function}`, {
    message: `All rows are written into a CSV file ${requestsInWords(context, place)} before it is sent.`,
    help: "Send the rows while they are read, with StreamingHttpResponse and iterator(), or write the file in a task.",
  });
}
