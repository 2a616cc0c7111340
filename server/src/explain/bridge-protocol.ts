import { z } from "zod";
import type { BridgeReply } from "./bridge-process.ts";
import type { ExplainError } from "./explain-error.ts";

/** The results of the bridge's methods. `bridge/README.md` describes the protocol. */

export const startResult = z.object({
  python: z.string(),
  django: z.string(),
  driver: z
    .string()
    .nullish()
    .transform((driver) => driver ?? undefined),
  engine: z.string(),
  isPostgresql: z.boolean(),
  missingModules: z.array(z.string()).default([]),
});

const parameter = z.object({
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  type: z.string(),
  name: z.string().nullable(),
});

export const compileResult = z.object({
  statements: z.array(
    z.object({
      role: z.enum(["queryset", "prefetch", "preparation"]),
      sql: z.string(),
      params: z.array(parameter),
    }),
  ),
  notes: z.array(z.string()),
});

const plainValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const column = z.object({
  name: z.string(),
  column: z.string(),
  type: z.string(),
  fieldType: z.string(),
  fieldClass: z.string(),
  maxLength: z.number().nullable(),
  choices: z.array(plainValue),
  default: plainValue,
  automaticTime: z.boolean(),
  null: z.boolean(),
  unique: z.boolean(),
  primaryKey: z.boolean(),
  indexed: z.boolean(),
  target: z.object({ label: z.string(), table: z.string(), column: z.string() }).nullable(),
});

export const schemaResult = z.object({
  tables: z.array(
    z.object({
      label: z.string(),
      table: z.string(),
      managed: z.boolean(),
      autoCreated: z.boolean(),
      create: z.array(z.string()),
      deferred: z.array(z.string()),
      columns: z.array(column),
    }),
  ),
  notes: z.array(z.string()),
});

const bridgeError = z.object({
  kind: z.enum([
    "interpreter",
    "django-missing",
    "settings",
    "setup",
    "syntax",
    "unknown-name",
    "unknown-value",
    "not-a-queryset",
    "django-rejected",
    "project-error",
    "database-access",
    "blocked",
    "internal",
  ]),
  message: z.string(),
  detail: z.string().nullish(),
  notes: z.array(z.string()).default([]),
});

const answer = z.union([z.object({ error: bridgeError }), z.object({ result: z.unknown() })]);

export type Failed = { readonly kind: "failed"; readonly error: ExplainError };

export function failed(kind: ExplainError["kind"], message: string): Failed {
  return { kind: "failed", error: { kind, message } };
}

/** Whether the answer would be another one at another time. */
export function readsClock({ answer: given }: Extract<BridgeReply, { kind: "answer" }>): boolean {
  return typeof given === "object" && given !== null && "readsClock" in given && given.readsClock === true;
}

/** The bridge's answer, which passed through a process that runs foreign code: nothing about it is taken for granted. */
export function decode<Content, Result>(
  reply: Extract<BridgeReply, { kind: "answer" }>,
  schema: z.ZodType<Content>,
  make: (content: Content) => Result,
): Result | Failed {
  const parsed = answer.safeParse(reply.answer);
  if (!parsed.success) return failed("internal", "the bridge to Django gave an answer that can't be read");
  if ("error" in parsed.data) {
    const { kind, message, detail, notes } = parsed.data.error;
    return { kind: "failed", error: { kind, message, notes, ...(detail ? { detail } : {}) } };
  }
  const content = schema.safeParse(parsed.data.result);
  if (!content.success) return failed("internal", "the bridge to Django gave an answer that can't be read");
  return make(content.data);
}
