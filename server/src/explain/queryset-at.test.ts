import { describe, expect, it } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { querysetAt, querysetsIn, querysetsOnLine } from "./queryset-at.ts";

async function parse(text: string): Promise<SourceFile> {
  return (await testParser()).parse("shop/views.py", text);
}

/** The texts of what is found on the line that contains `marker`. */
async function onLine(text: string, marker: string): Promise<readonly string[]> {
  const line = text.split("\n").findIndex((candidate) => candidate.includes(marker));
  return querysetsOnLine(await parse(text), line).map((found) => found.text);
}

describe("the queryset on a line", () => {
  it.each([
    ["an assigned value", `tasks = Task.objects.filter(done=True)`, ["Task.objects.filter(done=True)"]],
    ["a returned value", `return Task.objects.all()`, ["Task.objects.all()"]],
    [
      "what a loop runs over",
      `for task in Task.objects.order_by("id"): pass`,
      [`Task.objects.order_by("id")`],
    ],
    ["an argument", `render(request, {"n": Task.objects.count()})`, ["Task.objects.count()"]],
    [
      "the outermost of nested ones",
      `Task.objects.filter(p__in=P.objects.all())`,
      ["Task.objects.filter(p__in=P.objects.all())"],
    ],
    [
      "several, side by side",
      `f(A.objects.all(), B.objects.first())`,
      ["A.objects.all()", "B.objects.first()"],
    ],
    ["an awaited one", `task = await Task.objects.afirst()`, ["Task.objects.afirst()"]],
    ["a slice", `Task.objects.all()[10:20]`, ["Task.objects.all()[10:20]"]],
    ["a related manager", `team.task_set.all()`, ["team.task_set.all()"]],
    ["a custom method", `Task.objects.overdue(today).count()`, ["Task.objects.overdue(today).count()"]],
    ["a shortcut", `task = get_object_or_404(Task, pk=pk)`, ["get_object_or_404(Task, pk=pk)"]],
    [
      "two combined",
      `a = A.objects.all() | A.objects.filter(x=1)`,
      ["A.objects.all() | A.objects.filter(x=1)"],
    ],
    ["a manager alone", `manager = Task.objects`, ["Task.objects"]],
    ["a condition", `if Task.objects.filter(x=1).exists(): pass`, ["Task.objects.filter(x=1).exists()"]],
  ])("finds %s", async (_case, line, expected) => {
    expect(await onLine(`def view(request):\n    ${line}\n`, line)).toEqual(expected);
  });

  it.each([
    [`Task.objects.get(pk=1).project.name`, "Task.objects.get(pk=1)"],
    [`Task.objects.aggregate(n=Count("id"))["n"]`, `Task.objects.aggregate(n=Count("id"))`],
    [`Task.objects.count() + 1`, "Task.objects.count()"],
    [`Task.objects.filter(x=1).query`, "Task.objects.filter(x=1)"],
    [`Task.objects.get(pk=1).tags.all()`, "Task.objects.get(pk=1).tags.all()"],
  ])("stops where the rows begin: %s", async (line, expected) => {
    expect(await onLine(line, line)).toEqual([expected]);
  });

  it.each([`names = values`, `re.compile("x")`, `f(x).y`, `# Task.objects`, ``])(
    "finds nothing in: %s",
    async (line) => {
      expect(await onLine(line, line)).toEqual([]);
    },
  );

  it("takes the whole statement of a line inside it", async () => {
    const text = `tasks = (\n    Task.objects\n    .filter(done=True)\n    .order_by("id")\n)\n`;
    const whole = `Task.objects\n    .filter(done=True)\n    .order_by("id")`;
    expect(await onLine(text, "tasks = (")).toEqual([whole]);
    expect(await onLine(text, ".filter")).toEqual([whole]);
    expect(await onLine(text, ".order_by")).toEqual([whole]);
  });

  it("does not reach into the body of a loop from its head", async () => {
    expect(await onLine(`for x in numbers:\n    Task.objects.all()\n`, "for x")).toEqual([]);
  });

  it("follows a name to its definition in the function", async () => {
    const text = `def view(request):
    tasks = Task.objects.filter(done=True)
    return render(request, "tasks.html", {"tasks": tasks, "n": 3})
`;
    const [found, ...more] = querysetsOnLine(await parse(text), 2);
    expect(more).toEqual([]);
    expect(found?.text).toBe("tasks");
    expect(found?.bindings).toEqual([
      { kind: "assignment", name: "tasks", expression: "Task.objects.filter(done=True)" },
    ]);
  });

  it("knows a queryset parameter by its name or annotation", async () => {
    expect(await onLine(`def f(self, request, queryset):\n    queryset.update(x=1)\n`, "update")).toEqual([
      "queryset.update(x=1)",
    ]);
    expect(await onLine(`def f(tasks: QuerySet[Task]):\n    return tasks.count()\n`, "count")).toEqual([
      "tasks.count()",
    ]);
  });

  it("is not what was asked of one", async () => {
    const text = `def f():
    task = Task.objects.get(pk=1)
    totals = Task.objects.aggregate(n=Count("id"))
    print(task.url(), totals["n"])
`;
    expect(await onLine(text, "print")).toEqual([]);
  });

  it("is a call that may be one, where nothing looks more like it", async () => {
    expect(await onLine(`print(tenant.orders.count())`, "count")).toEqual(["tenant.orders.count()"]);
    expect(await onLine(`f(tenant.orders.count(), Task.objects.all())`, "count")).toEqual([
      "Task.objects.all()",
    ]);
  });

  it("is the call whose value a statement uses, where nothing looks like a queryset", async () => {
    expect(await onLine(`def f(user):\n    return visible_tasks(user)\n`, "return")).toEqual([
      "visible_tasks(user)",
    ]);
    expect(await onLine(`for task in user.tasks.open():\n    pass\n`, "for task")).toEqual([
      "user.tasks.open()",
    ]);
    expect(await onLine(`for task in tasks(user):\n    # a comment\n    pass\n`, "comment")).toEqual([]);
    expect(await onLine(`send_mail(user)\n`, "send")).toEqual([]);
  });

  it("answers nothing for a line that does not exist", async () => {
    const file = await parse("Task.objects.all()\n");
    expect(querysetsOnLine(file, 7)).toEqual([]);
    expect(querysetsOnLine(file, -1)).toEqual([]);
  });
});

describe("the queryset at a cursor or selection", () => {
  const text = `x = f(A.objects.filter(b__in=B.objects.all()), C.objects.all())\n`;
  const at = async (start: string, end = start) =>
    querysetAt(await parse(text), {
      start: text.indexOf(start),
      end: text.indexOf(end) + (start === end ? 0 : end.length),
    })?.text;

  it("is the outermost around the cursor", async () => {
    expect(await at("B.obj")).toBe("A.objects.filter(b__in=B.objects.all())");
    expect(await at("C.obj")).toBe("C.objects.all()");
  });

  it("is the first of the line where the cursor is beside them", async () => {
    expect(await at("x = f")).toBe("A.objects.filter(b__in=B.objects.all())");
  });

  it("is the selected expression, white space left out", async () => {
    const start = text.indexOf("B.obj");
    const selection = { start: start - 0, end: start + "B.objects.all()".length };
    expect(querysetAt(await parse(text), selection)?.text).toBe("B.objects.all()");
  });

  it("may be any selected expression: the compiler says whether it is a queryset", async () => {
    const call = "rows = visible_rows(user)\n";
    const selection = { start: 7, end: call.length };
    expect(querysetAt(await parse(call), selection)?.text).toBe("visible_rows(user)");
  });
});

describe("the line of a definition", () => {
  it("means what the function returns, the last way out first", async () => {
    const text = `
class TaskList(ListView):
    def get_queryset(self):
        tasks = Task.objects.filter(owner=self.request.user)
        if getattr(self, "swagger_fake_view", False):
            return Task.objects.none()
        def key(task):
            return Task.objects.get(pk=task)
        return tasks

    def inherited(self):
        return super().get_queryset()

    def number(self):
        return Task.objects.count()
`;
    expect(await onLine(text, "def get_queryset")).toEqual(["tasks", "Task.objects.none()"]);
    expect(await onLine(text, "def inherited")).toEqual(["super().get_queryset()"]);
    expect(await onLine(text, "def number")).toEqual([]);
    const [first] = await onLine(text, "def get_queryset");
    const cursor = text.indexOf("get_queryset");
    expect(querysetAt(await parse(text), { start: cursor, end: cursor })?.text).toBe(first);
  });
});

describe("all querysets of a file", () => {
  it("are those of module, classes and functions, without the mere mention of a name", async () => {
    const text = `
ACTIVE = Task.objects.filter(active=True)

class TaskList(ListView):
    queryset = Task.objects.select_related("project")

    def get_queryset(self):
        tasks = super().get_queryset().filter(owner=self.request.user)
        for task in tasks:
            task.comments.all()
        return tasks.distinct()
`;
    expect(querysetsIn(await parse(text)).map((found) => found.text)).toEqual([
      "Task.objects.filter(active=True)",
      `Task.objects.select_related("project")`,
      "super().get_queryset().filter(owner=self.request.user)",
      "task.comments.all()",
      "tasks.distinct()",
    ]);
  });

  it("come from what can be understood of a broken file", async () => {
    const text = `def f(:\n    x = Task.objects.all()\n\ny = Task.objects.filter(a=1)\n`;
    const found = querysetsIn(await parse(text)).map((queryset) => queryset.text);
    expect(found).toContain("Task.objects.filter(a=1)");
  });
});
