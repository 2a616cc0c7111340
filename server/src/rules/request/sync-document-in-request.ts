import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { placesInRequests, type RequestPlace } from "./blocking-places.ts";
import { isKeptInCache } from "./kept-answers.ts";
import { nameOfCall, requestFinding, requestsInWords } from "./request-finding.ts";
import { isOfSampleRows } from "./sample-rows.ts";
import { taskQueueOf } from "./task-queue.ts";

export const syncDocumentInRequest: FactRule = {
  kind: "facts",
  code: "QS404",
  name: "sync-document-in-request",
  summary: "A view makes a PDF, a spreadsheet or a chart while its response waits",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    return placesInRequests(context, "document")
      .filter((place) => !isKeptInCache(context, place) && !isOfSampleRows(context, place))
      .map((place) => findingOf(context, place));
  },
};

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^(?:openpyxl|xlsxwriter|xlwt|pandas)\./, "a spreadsheet"],
  [/^docx/, "a document"],
  [/^matplotlib\./, "a chart"],
];

function findingOf(context: RuleContext, place: RequestPlace): Finding {
  const [first] = place.requests;
  const kind = kinds.find(([pattern]) => pattern.test(first.library))?.[1] ?? "a PDF";
  const queue = taskQueueOf(context);
  return requestFinding(context, syncDocumentInRequest, place, `Makes ${kind}: ${first.function}`, {
    message: `"${nameOfCall(first.node)}()" makes ${kind} ${requestsInWords(context, place)}: the response waits until it is done.`,
    help: `Make it in ${queue ? `a ${queue.label} task` : "a task queue such as Celery"} that stores the file, and answer with a link to it.`,
  });
}
