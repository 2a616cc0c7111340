import { describe, expect, it } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { logicalLines } from "./logical-lines.ts";

async function linesOf(text: string): Promise<readonly string[]> {
  const { tree } = (await testParser()).parse("a.py", text);
  return logicalLines(text, tree).map(({ start, end }) => text.slice(start, end));
}

describe("logicalLines", () => {
  it("are simple statements and the heads of compound ones", async () => {
    const text = `@login_required  # a comment
@cache_page(
    60,
)
def dashboard(
    request,  # another
):  # the head ends here
    # not part of any line
    projects = (
        Project.objects
        .all()
    )
    for project in projects: print(project)
    else:
        return render(request)
`;
    expect(await linesOf(text)).toEqual([
      "@login_required  # a comment\n@cache_page(\n    60,\n)\ndef dashboard(\n    request,  # another\n):  # the head ends here",
      "    projects = (\n        Project.objects\n        .all()\n    )",
      "    for project in projects: print(project)",
      "    for project in projects: print(project)",
      "        return render(request)",
    ]);
  });

  it("reach into every block", async () => {
    const text = `match kind:
    case 1:
        a()
try:
    b()
except E:
    c()
else:
    d()
finally:
    e()
if x:
    f()
elif y:
    g()
class C(Base):
    @property
    def h(self): return 1
with open() as i:
    while z:
        j()
`;
    expect((await linesOf(text)).map((line) => line.trim())).toEqual([
      "match kind:",
      "a()",
      "try:",
      "b()",
      "c()",
      "d()",
      "e()",
      "if x:",
      "f()",
      "elif y:",
      "g()",
      "class C(Base):",
      "@property\n    def h(self): return 1",
      "@property\n    def h(self): return 1".split("\n")[1]?.trim(),
      "with open() as i:",
      "while z:",
      "j()",
    ]);
  });

  it("end where physical lines end, whatever the line breaks", async () => {
    expect(await linesOf("a = 1  # x\r\nb = (\r\n  2)\r\n")).toEqual(["a = 1  # x", "b = (\r\n  2)"]);
  });
});
