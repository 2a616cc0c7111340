import { pathTo } from "../../syntax/walk.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround, usesOf } from "../writes/syntax-queries.ts";
import { placesInRequests, type RequestPlace } from "./blocking-places.ts";
import { isKeptInCache } from "./kept-answers.ts";
import { confidenceOf, nameOfCall, requestFinding, requestsInWords } from "./request-finding.ts";
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
      .filter(
        (place) =>
          !isKeptInCache(context, place) && !isOfSampleRows(context, place) && !isBlank(context, place),
      )
      .map((place) => findingOf(context, place));
  },
};

/** Methods of a writer of PDFs that put nothing onto its pages. */
const blankMethods =
  /^(?:write|close|(?:add|insert)_?[bB]lank_?[pP]age|add_?[mM]etadata|pages|page_layout|page_mode)$/;

/** The writer is made by the function that writes it, and gets empty pages only: nothing is computed. */
function isBlank({ project: { program } }: RuleContext, { all }: RequestPlace): boolean {
  return all.every(({ library, location, node: { function: callee } }) => {
    if (library !== "pypdf.PdfWriter().write" || callee.kind !== "Attribute") return false;
    const module = program.moduleOfFile(location.path);
    const around = module && functionAround(module.file.tree, location.range);
    const { value: writer } = callee;
    if (!around || writer.kind !== "Name") return false;
    return usesOf(around, writer.name).every((use) => {
      const outer = pathTo(module.file.tree, use).findLast((node) => node !== use);
      if (!outer || !("kind" in outer)) return false;
      if (outer.kind === "Assign") return outer.value.kind === "Call" && outer.value.arguments.length === 0;
      return outer.kind === "Attribute" && blankMethods.test(outer.attribute.name);
    });
  });
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^(?:openpyxl|xlsxwriter|xlwt|pandas)\./, "a spreadsheet"],
  [/^docx/, "a document"],
  [/^matplotlib\./, "a chart"],
];

/** A page or a thousand: how long it takes, the data decide. */
const ofUnknownSize = 0.79;

function findingOf(context: RuleContext, place: RequestPlace): Finding {
  const [first] = place.requests;
  const kind = kinds.find(([pattern]) => pattern.test(first.library))?.[1] ?? "a PDF";
  const queue = taskQueueOf(context);
  return requestFinding(context, syncDocumentInRequest, place, `Makes ${kind}: ${first.function}`, {
    confidence: confidenceOf(context, place, ofUnknownSize),
    message: `"${nameOfCall(first.node)}()" makes ${kind} ${requestsInWords(context, place)}: the response waits until it is done.`,
    help: `Make it in ${queue ? `a ${queue.label} task` : "a task queue such as Celery"} that stores the file, and answer with a link to it.`,
  });
}
