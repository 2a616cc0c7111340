import { describe, expect, it } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import type { NameBinding } from "../python/name-binding.ts";
import { querysetsOnLine } from "./queryset-at.ts";

/** The bindings of the queryset on the line marked with `# here`. */
async function bindings(text: string): Promise<readonly NameBinding[]> {
  const file = (await testParser()).parse("shop/views.py", text);
  const line = text.split("\n").findIndex((candidate) => candidate.includes("# here"));
  return querysetsOnLine(file, line)[0]?.bindings ?? [];
}

describe("the bindings of an expression's names", () => {
  it("are the parameters of the function, with their annotations", async () => {
    expect(
      await bindings(`def f(tenant: "Tenant", *, day=None):
    return Task.objects.filter(tenant=tenant, day__lt=day, limit=LIMIT)  # here
`),
    ).toEqual([
      { kind: "parameter", name: "tenant", annotation: `"Tenant"` },
      { kind: "parameter", name: "day", annotation: undefined },
    ]);
  });

  it("name the class of a method's receiver", async () => {
    const text = (decorator: string, first: string) => `class Outer:
    class TaskQuerySet(QuerySet):
        ${decorator}
        def open(${first}):
            return ${first}.filter(open=True)  # here
`;
    expect(await bindings(text("# plain", "self"))).toEqual([
      { kind: "receiver", name: "self", class: "Outer.TaskQuerySet", isClass: false },
    ]);
    expect(await bindings(text("@classmethod", "cls"))).toEqual([
      { kind: "receiver", name: "cls", class: "Outer.TaskQuerySet", isClass: true },
    ]);
    expect(await bindings(text("@staticmethod", "tasks"))).toEqual([
      { kind: "parameter", name: "tasks", annotation: undefined },
    ]);
  });

  it("include the receiver that super() needs", async () => {
    expect(
      await bindings(`class V(ListView):
    def get_queryset(self):
        return super().get_queryset().filter(a=1)  # here
`),
    ).toEqual([{ kind: "receiver", name: "self", class: "V", isClass: false }]);
  });

  it("include the receiver that super() needs behind a name", async () => {
    expect(
      await bindings(`class V(ListView):
    def get_queryset(self):
        qs = super().get_queryset()
        return qs.filter(a=1)  # here
`),
    ).toEqual([
      { kind: "receiver", name: "self", class: "V", isClass: false },
      { kind: "assignment", name: "qs", expression: "super().get_queryset()" },
    ]);
  });

  it("follow assignments back, in the order in which they ran", async () => {
    expect(
      await bindings(`def f(request):
    status = request.GET["status"]
    tasks = Task.objects.filter(status=status)
    status = "other"
    tasks = tasks.exclude(a=1)
    tasks &= Task.objects.filter(b=2)
    for task in tasks.order_by("id"):  # here
        pass
`),
    ).toEqual([
      { kind: "parameter", name: "request", annotation: undefined },
      { kind: "assignment", name: "status", expression: `request.GET["status"]` },
      { kind: "assignment", name: "tasks", expression: "Task.objects.filter(status=status)" },
      { kind: "assignment", name: "tasks", expression: "tasks.exclude(a=1)" },
      { kind: "assignment", name: "tasks", expression: "tasks & (Task.objects.filter(b=2))" },
    ]);
  });

  it("leave out what may not have run, unless nothing else defines the name", async () => {
    expect(
      await bindings(`def f(flag):
    tasks = Task.objects.all()
    if flag:
        tasks = tasks.filter(flag=True)
    return tasks.count()  # here
`),
    ).toEqual([{ kind: "assignment", name: "tasks", expression: "Task.objects.all()" }]);
    expect(
      await bindings(`def f(flag):
    if flag:
        tasks = Task.objects.all()
    else:
        tasks = Task.objects.none()
    return tasks.count()  # here
`),
    ).toEqual([{ kind: "assignment", name: "tasks", expression: "Task.objects.none()" }]);
  });

  it("use the branch that the expression is in", async () => {
    expect(
      await bindings(`def f(flag):
    tasks = Task.objects.all()
    if flag:
        tasks = tasks.filter(flag=True)
        tasks.count()  # here
`),
    ).toEqual([
      { kind: "assignment", name: "tasks", expression: "Task.objects.all()" },
      { kind: "assignment", name: "tasks", expression: "tasks.filter(flag=True)" },
    ]);
  });

  it("tell what loops run over, comprehensions too", async () => {
    expect(
      await bindings(`def f():
    for tenant in Tenant.objects.all():
        tenant.tasks.filter(a=1)  # here
`),
    ).toEqual([{ kind: "loopVariable", name: "tenant", iterable: "Tenant.objects.all()" }]);
    expect(
      await bindings(`def f(tenants):
    return [t for tenant in tenants
        for t in tenant.tasks.filter(a=1)]  # here
`),
    ).toEqual([
      { kind: "parameter", name: "tenants", annotation: undefined },
      { kind: "loopVariable", name: "tenant", iterable: "tenants" },
    ]);
  });

  it("see what a condition assigns", async () => {
    expect(
      await bindings(`def f(request):
    tasks = Task.objects.all()
    if (status := request.GET.get("status")) and status != "x":
        tasks.filter(status=status)  # here
`),
    ).toEqual([
      { kind: "parameter", name: "request", annotation: undefined },
      { kind: "assignment", name: "tasks", expression: "Task.objects.all()" },
      { kind: "assignment", name: "status", expression: `request.GET.get("status")` },
    ]);
  });

  it("repeat imports inside of functions", async () => {
    expect(
      await bindings(`def f():
    from .models import Task as T
    return T.objects.all()  # here
`),
    ).toEqual([{ kind: "import", name: "T", statement: "from .models import Task as T" }]);
  });

  it("match unpacked values where they are written out", async () => {
    expect(
      await bindings(`def f():
    a, (b, c) = 1, pair()
    return Task.objects.filter(a=a, b=b)  # here
`),
    ).toEqual([
      { kind: "assignment", name: "a", expression: "1" },
      { kind: "unknown", name: "b" },
    ]);
  });

  it("take what with, except and match bind as unknown", async () => {
    expect(
      await bindings(`def f(x):
    with lock() as a:
        try:
            pass
        except E as b:
            Task.objects.filter(a=a, b=b)  # here
`),
    ).toEqual([
      { kind: "unknown", name: "a" },
      { kind: "unknown", name: "b" },
    ]);
  });

  it("see the names of enclosing functions and of the own class body only", async () => {
    expect(
      await bindings(`class C:
    hidden = 1
    def outer(self, seen):
        def inner():
            return Task.objects.filter(a=seen, b=hidden)  # here
`),
    ).toEqual([{ kind: "parameter", name: "seen", annotation: undefined }]);
    expect(
      await bindings(`class C:
    status = "x"
    queryset = Task.objects.filter(status=status)  # here
`),
    ).toEqual([{ kind: "assignment", name: "status", expression: `"x"` }]);
  });

  it("end in circles", async () => {
    expect(
      await bindings(`def f():
    for x in range(3):
        a = b
        b = a
        Task.objects.filter(a=a)  # here
`),
    ).toEqual([{ kind: "assignment", name: "a", expression: "b" }]);
  });
});
