import type { BlockingCall } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Finding } from "../finding.ts";
import { belongToOne } from "../rows-of-one.ts";
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
      const [first, ...others] = place.requests.filter((call) => writesTable(context, call));
      return first ? [findingOf(context, { ...place, requests: [first, ...others] })] : [];
    });
  },
};

/**
 * `writerows(queryset)`, or a row in each round of a loop over rows that nothing limits. With `iterator()` the rows at
 * least are not all in memory. What one user has is little.
 */
function writesTable(context: RuleContext, { library, loops }: BlockingCall): boolean {
  const user = context.project.models.userModel;
  const isOfUser = (rows: Queryset): boolean =>
    belongToOne(context, rows, (parent) => parent !== undefined && parent.label === user?.label);
  return (
    library.endsWith(".writerows") ||
    loops.some(
      ({ weight, rows, source }) =>
        weight.kind === "rows" &&
        weight.pageSize === undefined &&
        !weight.few &&
        !rows?.streamed &&
        !(source && isOfUser(source)),
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
