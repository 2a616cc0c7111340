import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { placesInRequests, type RequestPlace } from "./blocking-places.ts";
import { isGivenRequestData } from "./request-data.ts";
import { nameOfCall, requestFinding, requestsInWords } from "./request-finding.ts";
import { taskQueueOf } from "./task-queue.ts";

export const syncUploadProcessing: FactRule = {
  kind: "facts",
  code: "QS405",
  name: "sync-upload-processing",
  summary: "A view parses, converts or unpacks an uploaded file while its response waits",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    return placesInRequests(context, "parsing", "image", "archive").flatMap((place) => {
      const [first, ...others] = place.requests.filter(
        (call) => call.uploaded || isGivenRequestData(context, call),
      );
      return first ? [findingOf(context, { ...place, requests: [first, ...others] })] : [];
    });
  },
};

const deeds = { parsing: "parses", image: "converts", archive: "unpacks" } as const;

function findingOf(context: RuleContext, place: RequestPlace): Finding {
  const [first] = place.requests;
  const { operation } = first;
  const deed = operation === "image" || operation === "archive" ? deeds[operation] : deeds.parsing;
  const queue = taskQueueOf(context);
  return requestFinding(
    context,
    syncUploadProcessing,
    place,
    `Works on the uploaded file: ${first.function}`,
    {
      message: `"${nameOfCall(first.node)}()" ${deed} an uploaded file ${requestsInWords(context, place)}: the response waits until it is done.`,
      help: `Store the file and give its key to ${queue ? `a ${queue.label} task` : "a task queue such as Celery"}.`,
    },
  );
}
