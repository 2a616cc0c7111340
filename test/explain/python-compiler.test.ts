import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PythonInterpreterCompiler } from "../../server/src/explain/python-compiler.ts";
import type { CompileResult } from "../../server/src/explain/queryset-compiler.ts";
import { djangoPython, djangoWithPsycopg, skipIfUnavailable } from "../support/django-environment.ts";
import { outline, requestFor, shopCompiler } from "./shop-compiler.ts";

const orders = "SELECT … FROM store_order";
const newestFirst = "ORDER BY store_order.created_at DESC";

describe.each([
  ["Django 4.2", undefined, () => djangoPython("4.2")],
  ["Django 5.2", undefined, () => djangoPython("5.2")],
  ["Django 5.2 with psycopg", "psycopg 3.3.9", djangoWithPsycopg],
] as const)("the SQL of %s", (_case, driver, findPython) => {
  let compiler: PythonInterpreterCompiler | undefined;
  let unavailable: unknown;

  beforeAll(async () => {
    try {
      compiler = shopCompiler(await findPython());
    } catch (error) {
      unavailable = error;
    }
  }, 300_000);

  afterAll(() => compiler?.close());

  function checks(what: string, marker: string, check: (result: CompileResult) => void): void {
    it(what, async ({ skip }) => {
      if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
      check(await compiler.compile(await requestFor(marker)));
    });
  }

  /** A case of a function of the project: what the queryset on the marked line sends. */
  function sends(what: string, marker: string, ...expected: readonly string[]): void {
    checks(what, marker, (result) => expect(outline(result)).toEqual(expected));
  }

  it("comes with what made it", async ({ skip }) => {
    if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
    expect(await compiler.start()).toMatchObject({
      kind: "started",
      info: { driver, engine: "django.db.backends.sqlite3", isPostgresql: false },
    });
  });

  sends(
    "follows a name to its definition, with placeholders typed by the field",
    `return render(request, "orders.html"`,
    `${orders} INNER JOIN store_tenant ON (store_order.tenant_id = store_tenant.id) ` +
      `WHERE store_order.status = $1 ${newestFirst} [request.GET['status']=new]`,
  );

  sends(
    "knows what a text and a JSON document are compared with",
    "Q(number__startswith",
    `${orders} WHERE (store_order.number::text LIKE $1 OR (store_order.data -> $2) = $3) ${newestFirst} ` +
      `[request.GET['q']=sample-1%, note, request.GET['q']="sample-2"]`,
  );

  sends(
    "takes a page of a slice with unknown bounds",
    "open()[start",
    `${orders} WHERE NOT (store_order.status = $1) ${newestFirst} LIMIT 25 OFFSET 1000 [done]`,
  );

  sends(
    "makes a row for a parameter that is annotated with a model",
    "objects.of(tenant)",
    `${orders} WHERE (NOT (store_order.status = $1) AND store_order.tenant_id = $2 ` +
      `AND store_order.created_at BETWEEN $3 AND $4 AND store_order.id IN ($5, $6, $7) ` +
      `AND store_order.total > $8) ${newestFirst} ` +
      `[done, tenant.id=900001, 2024-01-01 00:00:00-06:00, 2024-12-31 23:59:59.999999-06:00, ` +
      `ids[0]=900003, ids[1]=900004, ids[2]=900005, 10]`,
  );

  checks("guesses the model of a parameter by its name and says so", "amount__gt=3", (result) => {
    expect(outline(result)).toEqual([
      "SELECT … FROM store_line WHERE (store_line.order_id = $1 AND store_line.amount > $2) [order.id=900001, 3]",
    ]);
    expect(result).toMatchObject({ notes: ["`order` is taken for a row of store.Order, by its name"] });
  });

  sends(
    "knows the user of a request",
    "request.user.orders",
    `${orders} WHERE store_order.customer_id = $1 ${newestFirst} [request.user.id=900001]`,
  );

  sends(
    "goes on after the query for a row that the queryset depends on",
    "return tenant.orders.open()",
    `${orders} WHERE (store_order.tenant_id = $1 AND NOT (store_order.status = $2)) ${newestFirst} ` +
      `[Tenant.id=900002, done]`,
    "preparation: SELECT … FROM store_tenant WHERE store_tenant.name = $1 LIMIT 21 [slug=sample-1]",
  );

  sends(
    "includes the queries of prefetch_related, nested ones too",
    "return Order.objects.prefetch_related(",
    `${orders} ${newestFirst}`,
    "prefetch: SELECT … FROM store_receipt WHERE store_receipt.order_id IN ($1, $2, $3) " +
      "[Order.id=900001, Order.id=900007, Order.id=900013]",
    "prefetch: SELECT … FROM store_line INNER JOIN store_product ON (store_line.product_id = store_product.id) " +
      "WHERE store_line.order_id IN ($1, $2, $3) [Order.id=900001, Order.id=900007, Order.id=900013]",
    "prefetch: SELECT … FROM store_tag INNER JOIN store_product_tags " +
      "ON (store_tag.id = store_product_tags.tag_id) WHERE store_product_tags.product_id IN ($1, $2, $3) " +
      "[Product.id=900026, Product.id=900030, Product.id=900034]",
  );

  sends(
    "takes a loop's variable for a row of what it runs over",
    "tenant.orders.count()",
    "SELECT … FROM store_order WHERE store_order.tenant_id = $1 [tenant.id=900001]",
  );

  sends(
    "answers the cache with nothing instead of connecting to it",
    "name__in=names",
    "SELECT … FROM store_product WHERE store_product.name IN ($1) [a]",
  );

  sends(
    "repeats imports inside of functions",
    "return T.objects",
    "SELECT … FROM store_tag LEFT OUTER JOIN store_product_tags ON (store_tag.id = store_product_tags.tag_id) " +
      "GROUP BY store_tag.id HAVING COUNT(store_product_tags.product_id) > $1 [3]",
  );

  sends("runs asynchronous methods", "afirst()", `${orders} ${newestFirst} LIMIT 1`);

  sends(
    "finds what an asynchronous loop runs over",
    "async for order",
    `${orders} WHERE store_order.tenant_id = $1 ${newestFirst} [tenant.id=900001]`,
  );

  sends(
    "shows an update without making it",
    "update(status",
    "UPDATE store_order SET status = $1 WHERE store_order.id = $2 [done, order_id=900001]",
  );

  checks("shows a deletion with its cascade", ".delete()", (result) => {
    const [own, ...others] = outline(result);
    expect(own).toBe("DELETE FROM store_tenant WHERE store_tenant.id IN ($1) [Tenant.id=900002]");
    expect(others.map((line) => line.split(" WHERE")[0])).toEqual([
      "SELECT … FROM store_tenant",
      "SELECT … FROM store_order",
      "DELETE FROM store_line",
      "DELETE FROM store_receipt",
      "DELETE FROM store_order",
    ]);
  });

  checks("leaves out unknown conditions and says so", "filter(**filters)", (result) => {
    expect(outline(result)).toEqual([`${orders} ${newestFirst}`]);
    expect(result).toMatchObject({
      notes: [
        "`**filters` is only known when the program runs; left out",
        "`request.GET.getlist()[0]` in `order_by()` is only known when the program runs; left out",
        "`request.GET.getlist()[1]` in `order_by()` is only known when the program runs; left out",
        "`request.GET.getlist()[2]` in `order_by()` is only known when the program runs; left out",
      ],
    });
  });

  sends(
    "runs the methods of a class-based view",
    "super().get_queryset()",
    `${orders} WHERE (store_order.customer_id = $1 AND store_order.tenant_id = $2) ${newestFirst} ` +
      `[self.request.user.id=900001, self.kwargs['tenant']=900012]`,
  );

  sends(
    "makes a row for the object of a view for one",
    "self.object.lines",
    "SELECT … FROM store_line INNER JOIN store_product ON (store_line.product_id = store_product.id) " +
      "WHERE store_line.order_id = $1 [self.object.id=900001]",
  );

  sends(
    "takes the first row of an iterator",
    "order.lines.count()",
    "SELECT … FROM store_line WHERE store_line.order_id = $1 [Order.id=900001]",
    `preparation: ${orders} ${newestFirst}`,
  );

  sends(
    "runs the methods of an admin class",
    "filter(number__gt",
    `${orders} WHERE store_order.number > $1 ${newestFirst} []`,
  );

  sends(
    "runs the methods of an inline of the admin",
    "filter(amount__gt=0)",
    "SELECT … FROM store_line WHERE store_line.amount > $1 [0]",
  );

  sends(
    "makes a row for self in a model's method",
    "return self.lines.filter",
    "SELECT … FROM store_line WHERE (store_line.order_id = $1 AND store_line.amount > $2) " +
      "[self.id=900001, amount=900008]",
  );

  checks("picks a model for self in a queryset's method", "self.exclude(", (result) => {
    expect(outline(result)).toEqual([`${orders} WHERE NOT (store_order.status = $1) ${newestFirst} [done]`]);
    expect(result).toMatchObject({
      notes: ["`OrderQuerySet` is shown for store.Order, the first model that uses it"],
    });
  });

  it("has a schema with what the columns mean", async ({ skip }) => {
    if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
    const result = await compiler.schema();
    const tables = result.kind === "schema" ? result.schema.tables : [];
    const order = tables.find(({ label }) => label === "store.Order");
    expect(order).toMatchObject({ table: "store_order", managed: true, autoCreated: false });
    expect(order?.create.map((sql) => sql.slice(0, 26))).toEqual(['CREATE TABLE "store_order"']);
    expect(order?.deferred).toContain(
      'CREATE INDEX "store_order_tenant_id_94d2fb6e" ON "store_order" ("tenant_id")',
    );
    const columns = new Map(order?.columns.map((column) => [column.column, column]));
    expect(columns.get("status")).toEqual({
      name: "status",
      column: "status",
      type: "varchar(10)",
      fieldType: "CharField",
      fieldClass: "django.db.models.fields.CharField",
      maxLength: 10,
      choices: ["new", "done"],
      default: "new",
      automaticTime: false,
      null: false,
      unique: false,
      primaryKey: false,
      indexed: false,
      target: null,
    });
    expect(columns.get("customer_id")).toMatchObject({
      name: "customer",
      fieldType: "ForeignKey",
      null: true,
      indexed: true,
      target: { label: "auth.User", table: "auth_user", column: "id" },
    });
    expect(tables.find(({ table }) => table === "store_product_tags")).toMatchObject({ autoCreated: true });
  });

  describe("that cannot be made", () => {
    it.for<readonly [string, string, string]>([
      ["Order.objects.filter(nothing=1)", "django-rejected", "Cannot resolve keyword 'nothing' into field"],
      ["Order.objects.filter(pk='x')", "django-rejected", "Field 'id' expected a number but got 'x'"],
      ["Ordr.objects.all()", "unknown-name", "name 'Ordr' is not defined"],
      ["PAGE_SIZE + 1", "not-a-queryset", "gives a value of type int"],
      ["Order.objects.filter(", "syntax", "not a complete Python expression"],
      [
        "order_list(1)",
        "project-error",
        "AttributeError: 'int' object has no attribute 'GET' (store/views.py:",
      ],
      ["__import__('os').system('true')", "blocked", "starting a process is not possible"],
      ["__import__('subprocess').run(['true'])", "blocked", "starting a process is not possible"],
      ["open('/tmp/x', 'w')", "blocked", "changing a file is not possible"],
      [
        "__import__('urllib.request').request.urlopen('http://192.0.2.1/')",
        "blocked",
        "a network connection",
      ],
      ["__import__('django.db').db.connection.cursor()", "database-access", "SQL that the ORM did not build"],
      ["exit(3)", "project-error", "the project called sys.exit(3)"],
    ])("%s", async ([expression, kind, message], { skip }) => {
      if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
      const result = await compiler.compile({ module: "store.views", expression, bindings: [] });
      expect(result).toMatchObject({ kind: "failed", error: { kind } });
      expect(result.kind === "failed" && result.error.message).toContain(message);
    });

    it("because it is unknown says what it depends on", async ({ skip }) => {
      if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
      const bindings = [{ kind: "parameter", name: "form", annotation: undefined }] as const;
      const request = { module: "store.views", expression: "form.fields['x'].queryset", bindings };
      expect(outline(await compiler.compile(request))).toEqual([
        "unknown-value: the value is only known when the program runs: it depends on `form.fields['x'].queryset`",
      ]);
    });

    it("because nothing can match sends nothing", async ({ skip }) => {
      if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
      const request = { module: "store.views", expression: "Order.objects.filter(pk__in=[])", bindings: [] };
      expect(await compiler.compile(request)).toEqual({ kind: "compiled", statements: [], notes: [] });
    });

    it("is stopped when it runs queries without end", async ({ skip }) => {
      if (compiler === undefined) return skipIfUnavailable(unavailable, skip);
      const expression = "[Order.objects.count() for _ in range(1000)]";
      const result = await compiler.compile({ module: "store.views", expression, bindings: [] });
      expect(result).toMatchObject({ notes: [expect.stringContaining("more than 100 queries")] });
    });
  });
});
