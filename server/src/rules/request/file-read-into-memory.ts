import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { placesInRequests, type RequestPlace } from "./blocking-places.ts";
import { confidenceOf, nameOfCall, requestFinding, requestsInWords } from "./request-finding.ts";
import { sourceAround } from "./source-around.ts";

export const fileReadIntoMemory: FactRule = {
  kind: "facts",
  code: "QS414",
  name: "file-read-into-memory",
  summary: "A view reads a file into memory as a whole",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    return placesInRequests(context, "reading")
      .filter((place) => place.isOwn && !isChecked(context, place))
      .map((place) => findingOf(context, place));
  },
};

/**
 * A function on the way, or one that it calls in the same class or module, looks at the size of a file: large ones do not
 * come here.
 */
function isChecked(context: RuleContext, { location, symbol, requests: [first] }: RequestPlace): boolean {
  const places = [location, ...first.calls.map((call) => call.location)];
  if (places.some((place) => readsSize(sourceAround(context, place)))) return true;
  const { project, facts } = context;
  const callees = factsOfKind(facts, "functionCall").filter(({ root }) => root.symbol === symbol);
  return callees.some(({ callee }) => {
    const helper = project.program.resolveDottedName(callee);
    if (helper.kind !== "function") return false;
    const { node, module } = helper;
    return module.file.path === location.path && readsSize(module.file.text.slice(node.start, node.end));
  });
}

function readsSize(text: string): boolean {
  return /\.(?:size|multiple_chunks)\b|content-length/i.test(text);
}

/** How large the files are, who may send them, and whether what reads them needs all of it, the code does not tell. */
const ofUnknownSize = 0.75;

interface Deed {
  readonly deed: string;
  readonly help: string;
}

const reads: Deed = {
  deed: "reads an uploaded file into memory as a whole",
  help: "Go through chunks() or the lines of the file, or hand the file itself on.",
};
const encodes: Deed = {
  deed: "makes a text of a whole file, a third longer than the file, beside the copy that was read",
  help: "Give the client an address from which it gets the file by itself.",
};
const keeps: Deed = {
  deed: "makes a file of a download that is in memory as a whole",
  help: "Ask with stream=True, and write the parts that iter_content() gives to a temporary file.",
};

function deedOf(name: string): Deed {
  if (name.startsWith("base64.")) return encodes;
  return name.endsWith(".read") ? reads : keeps;
}

function findingOf(context: RuleContext, place: RequestPlace): Finding {
  const [first] = place.requests;
  const { deed, help } = deedOf(first.function);
  return requestFinding(context, fileReadIntoMemory, place, `All of it is in memory: ${first.function}`, {
    confidence: confidenceOf(context, place, ofUnknownSize),
    message: `"${nameOfCall(first.node)}()" ${deed} ${requestsInWords(context, place)}.`,
    help,
  });
}
