/** `task.tags.add(tag)` and `remove()` in a loop: which relation of which object they change. */
import type { Field, Model, Relation } from "../../django/model-graph.ts";
import { type SignalReceiver, signalReceivers } from "../../django/signal-receivers.ts";
import type { Write } from "../../interpret/facts.ts";
import type { Instance } from "../../queryset/instance.ts";
import type { Attribute, Expression, Statement } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { isAllThatRoundCalls } from "./helper-writes.ts";
import type { WriteLoop } from "./write-loop.ts";

export interface RelatedChange {
  readonly writeLoop: WriteLoop;
  readonly write: Write;
  readonly method: "add" | "remove";
  readonly object: Instance;
  readonly relation: Relation;
  /** `task.tags` */
  readonly manager: Attribute;
  /** The object is the same in all rounds of the innermost loop. */
  readonly ofOneObject: boolean;
  /** The table in between has a model of the project's own. */
  readonly throughModel: Model | undefined;
  /** How the code can name its class: `Task.tags.through`. */
  readonly through: string;
  /** Receivers of `m2m_changed` listen, to this relation or to one that could not be made out. */
  readonly isHeard: boolean;
  /** Or others may: one of the models is another application's (users, groups), whose changes further ones may follow. */
  readonly mayBeHeard: boolean;
  /** That each call sends. */
  readonly queries: number;
}

/** Undefined for another relation than a many-to-many one. */
export function relatedChange(context: RuleContext, writeLoop: WriteLoop): RelatedChange | undefined {
  const { write, loop } = writeLoop;
  const { receiver, node, operation } = write;
  const related = receiver.kind === "manager" ? receiver.related : undefined;
  const manager = node.function.kind === "Attribute" ? node.function.value : undefined;
  if (!related || manager?.kind !== "Attribute" || (operation !== "add" && operation !== "remove"))
    return undefined;
  const { instance: object, relation } = related;
  if (relation.kind !== "manyToMany" && relation.kind !== "reverseManyToMany") return undefined;
  const { models, program } = context.project;
  const through = relation.field.through === undefined ? undefined : models.model(relation.field.through);
  const throughModel = through?.symbol ? through : undefined;
  const isHeard = signalReceivers(program, models).all.some((receiver) => hears(receiver, relation.field));
  // Django looks for the rows that exist first, unless it may leave that to the database.
  const looksFirst = operation === "add" && (isHeard || throughModel !== undefined);
  return {
    writeLoop,
    write,
    method: operation,
    object,
    relation,
    manager,
    ofOneObject: !object.varies.includes(loop.id),
    throughModel,
    through: throughModel?.name ?? `${object.model.name}.${relation.accessor}.through`,
    isHeard,
    mayBeHeard:
      isHeard ||
      [object.model, relation.target === undefined ? undefined : models.model(relation.target)].some(
        (model) => model?.symbol?.module.firstParty !== true,
      ),
    queries: looksFirst ? 2 : 1,
  };
}

/** A receiver of `m2m_changed` listens to the relation, to every one, or to one that could not be made out. */
function hears({ signal, sender, relation }: SignalReceiver, field: Field): boolean {
  if (!signal.endsWith("m2m_changed")) return false;
  if (relation) return relation.name === field.name && relation.declaredIn === field.declaredIn;
  return sender === undefined || sender.label === field.through;
}

/** Each round changes the relation by what is its own. */
export function isCallPerItem(context: RuleContext, { write, writeLoop, relation }: RelatedChange): boolean {
  if (write.node.arguments.length === 0 || !isAllThatRoundCalls(context, writeLoop)) return false;
  // Tags of django-taggit are named by text: their manager finds and makes them.
  const isTagged = relation.field.through?.startsWith("taggit.") || relation.target?.startsWith("taggit.");
  return (
    !isTagged && relation.target !== undefined && context.project.models.model(relation.target) !== undefined
  );
}

const changing = /^a?(?:add|remove)$/;

/** The loop asks an object for the relation's rows, beside adding and removing some. */
export function readsRelation(loop: Statement, accessor: string): boolean {
  const changed = new Set<Expression>();
  let reads = false;
  walkExpressions(loop, (node) => {
    if (node.kind !== "Attribute") return !reads;
    if (changing.test(node.attribute.name)) changed.add(node.value);
    else if (node.attribute.name === accessor && !changed.has(node)) reads = true;
    return !reads;
  });
  return reads;
}
