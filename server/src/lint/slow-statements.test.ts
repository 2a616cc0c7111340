import { describe, expect, it } from "vitest";
import { parseSlowStatements, timesAt } from "./slow-statements.ts";

const statement = (expression: string, totalTime: number) => ({
  query: "SELECT 1",
  calls: 10,
  meanTime: totalTime / 10,
  totalTime,
  rows: null,
  places: [{ path: "views.py", expression, range: {}, role: "queryset" }],
});
const slow = parseSlowStatements(
  JSON.stringify({
    statements: [statement("Order.objects.all()", 500), statement("Line.objects.all()", 20)],
  }),
);
const text = "rows = Order.objects.all()\nlines = Line.objects.all()\n";

function timesOf(expression: string, changed = text) {
  const start = changed.indexOf(expression);
  return timesAt(slow ?? new Map(), "views.py", { start, end: start + expression.length }, changed);
}

describe("measured times of querysets", () => {
  it("are those of the queryset in a range", () => {
    expect(timesOf("Order.objects")).toEqual({ calls: 10, totalTime: 500, meanTime: 50 });
    expect(timesOf("Line.objects.all()")?.totalTime).toBe(20);
  });

  it("are found where lines have moved", () => {
    expect(timesOf("Line.objects", `import x\n\n${text}`)?.totalTime).toBe(20);
  });

  it("are not known of what has changed, or stands elsewhere", () => {
    expect(timesOf("Line.objects", "lines = Line.objects.filter(a=1)")).toBeUndefined();
    expect(timesAt(slow ?? new Map(), "other.py", { start: 0, end: 5 }, text)).toBeUndefined();
  });

  it.for(["", "[]", '{"statements": [1]}', "query,calls"])("are not read from %j", (content) => {
    expect(parseSlowStatements(content)).toBeUndefined();
  });
});
