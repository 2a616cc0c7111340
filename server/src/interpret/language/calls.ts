/** `callee(…)` for every kind of callee. */

import type { Model } from "../../django/model-graph.ts";
import { isStartedByCalls } from "../../django/run-elsewhere.ts";
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { Instance } from "../../queryset/instance.ts";
import { joinAll, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { noLoops, unionLoops } from "../../queryset/loop-set.ts";
import { synchronousName } from "../../queryset/operations.ts";
import type {
  ClassValue,
  FunctionValue,
  MethodValue,
  PlainObject,
  Union,
  Value,
} from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import { sendModelSignals, sendSignal } from "../effects/signals.ts";
import { recordSave, recordWrite, touchModel, withOpenLoops } from "../effects/writes.ts";
import { anyModel } from "../facts.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { callInheritedMethod } from "../libraries/blocking-calls.ts";
import { recordEmail, sendByObject } from "../libraries/emails.ts";
import { savedByForm } from "../libraries/forms.ts";
import { callLibraryFunction, modelNamed } from "../libraries/library-calls.ts";
import { askForPermissions, refreshInstance } from "../libraries/object-queries.ts";
import {
  asQueueObject,
  recordTaskResult,
  recordTaskRun,
  recordTaskStart,
  registeredTask,
  resultOfQueueCall,
  resultOfQueueObject,
  resultOfTaskMethod,
} from "../libraries/tasks.ts";
import { newInstance, pageOf } from "../make-values.ts";
import { querysetMadeBy } from "../querysets/queryset-classes.ts";
import { callQuerysetMethod } from "../querysets/querysets.ts";
import { narrowedTo, recordCreated } from "../querysets/single-rows.ts";
import { assignAttribute, markHandedOver, markUnknownAssignments } from "../rows/assignments.ts";
import { forgetWhetherInTable, isKeyName } from "../rows/stored-rows.ts";
import { noArguments } from "./arguments.ts";
import { callBuiltin } from "./builtins.ts";
import { callCollectionMethod, callMappingMethod, callUnknownMethod } from "./collection-methods.ts";
import { variesOfArguments } from "./functions.ts";
import { hasWrongReceiver } from "./wrong-receiver.ts";

export function callValue(interpreter: Interpreter, callee: Value, args: Arguments, node: Call): Value {
  switch (callee.kind) {
    case "function":
      if (hasWrongReceiver(interpreter, callee, args)) return unknown;
      if (callee.receiver?.kind === "instance" && isSave(callee.symbol?.name)) {
        return callSave(interpreter, callee, callee.receiver, args, node);
      }
      recordTaskRun(interpreter, callee, undefined, node);
      if (callee.symbol && isStartedByCalls(interpreter.program, callee.symbol)) {
        return startElsewhere(interpreter, callee.symbol, args);
      }
      return filteredBy(
        callee,
        args,
        node,
        interpreter.callFunction(callee, args, node, callee.receiver ? "method" : "call"),
      );
    case "method":
      return callMethod(interpreter, callee, args, node);
    case "class":
      return instantiate(interpreter, callee, args, node);
    case "external":
      return callee.name.startsWith("builtins.")
        ? callBuiltin(interpreter, callee.name.slice("builtins.".length), args, node)
        : callLibraryFunction(interpreter, callee.name, args, node);
    case "union":
      return callOneOf(interpreter, callee, args, node);
    case "object":
      return callObject(interpreter, callee, args, node);
    case "unknown":
      markHandedOver(args);
      return asQueueObject(
        unknownVarying(unionLoops(variesOf(callee), variesOfArguments(args))),
        resultOfQueueCall(callee),
      );
    default:
      markHandedOver(args);
      return unknownVarying(unionLoops(variesOf(callee), variesOfArguments(args)));
  }
}

/** What a thread or a queue makes of its arguments, and when, is not known. */
function startElsewhere(interpreter: Interpreter, { module }: FunctionSymbol, args: Arguments): Value {
  interpreter.visited.add(module.file.path);
  markHandedOver(args);
  interpreter.writes += 1;
  return unknownVarying(variesOfArguments(args));
}

/** Which of the functions runs is not known: each is followed, and none is certain to. */
function callOneOf(interpreter: Interpreter, callee: Union, args: Arguments, node: Call): Value {
  const { guards, loops } = interpreter.state;
  const bodies = callee.alternatives.map((each) => (each.kind === "function" ? each.node : undefined));
  const dispatched = new Set(bodies.filter((body) => body !== undefined)).size > 1;
  if (dispatched) guards.push({ test: node.function, loops: loops.length, dispatched });
  const results = callee.alternatives.map((alternative) => callValue(interpreter, alternative, args, node));
  if (dispatched) guards.pop();
  return joinAll(results);
}

function isSave(name: string | undefined): boolean {
  return name === "save" || name === "asave";
}

/** A project's own `filter()` of a queryset lets no more rows through than Django's. */
function filteredBy({ symbol, receiver }: FunctionValue, args: Arguments, node: Call, result: Value): Value {
  const isFilter =
    symbol?.name === "filter" && (receiver?.kind === "queryset" || receiver?.kind === "manager");
  if (!isFilter || result.kind !== "queryset" || result.model !== receiver.model) return result;
  return { ...result, ...narrowedTo(result, args, node) };
}

/** A project's own `save()`: until it calls Django's, the object is what it was. */
function callSave(
  interpreter: Interpreter,
  callee: FunctionValue,
  instance: Instance,
  args: Arguments,
  node: Call,
): Value {
  const { inTable } = instance.state;
  recordSave(interpreter, instance, node);
  instance.state.inTable = inTable;
  const result = interpreter.callFunction(callee, args, node, "method");
  if (inTable === false) forgetWhetherInTable(instance);
  return result;
}

function callMethod(interpreter: Interpreter, method: MethodValue, args: Arguments, node: Call): Value {
  const { receiver, name } = method;
  switch (receiver.kind) {
    case "queryset":
    case "manager":
      if (name === "super().get_queryset" && receiver.kind === "manager") {
        return interpreter.plainManagerQueryset(receiver, node);
      }
      return callQuerysetMethod(interpreter, receiver, name, args, node);
    case "instance":
      return callInstanceMethod(interpreter, receiver, name, args, node);
    case "collection":
      return callCollectionMethod(interpreter, receiver, name, args, node);
    case "mapping":
      return callMappingMethod(interpreter, receiver, name, args, node);
    case "object":
      return (
        sendByObject(interpreter, receiver, name, node) ??
        callInheritedMethod(interpreter, receiver, name, args, node) ??
        (name === "save" ? savedByForm(interpreter, receiver, args, node) : undefined) ??
        interpreter.consumers.callMethod(interpreter, receiver, name, args, node, method.after) ??
        callMethodOfTask(interpreter, receiver, name, args, node)
      );
    case "class":
      return (
        (receiver.symbol &&
          interpreter.consumers.callClassMethod(interpreter, receiver.symbol, name, args, node)) ??
        callUnknownMethod(interpreter, receiver, name, args, node)
      );
    case "function":
      recordTaskRun(interpreter, receiver, name, node);
      return callMethodOfTask(interpreter, receiver, name, args, node);
    case "unknown":
      sendSignal(interpreter, node);
      recordTaskResult(interpreter, receiver.queued, name, args, node);
      // The registry that a migration passes to its functions.
      return (
        (name === "get_model" ? modelNamed(interpreter, args) : undefined) ??
        (name === "register_task" ? registeredTask(interpreter, args) : undefined) ??
        asQueueObject(
          callUnknownMethod(interpreter, receiver, name, args, node),
          resultOfQueueObject(receiver.queued, name),
        )
      );
    case "template":
      return name === "render"
        ? callLibraryFunction(
            interpreter,
            "django.template.backends.django.Template.render",
            { ...args, positional: [receiver, ...args.positional] },
            node,
          )
        : unknown;
    case "page":
      if (name === "page" || name === "get_page") {
        // The paginator counts all rows, once for all of its pages.
        const isOneOfMany = interpreter.state.loops.some(({ weight }) => weight.kind === "batches");
        if (receiver.rows.kind === "queryset" && !isOneOfMany) {
          interpreter.queryCounts?.addQueryset(interpreter, receiver.rows, "count", node);
        }
        return pageOf(receiver);
      }
      return unknown;
    default:
      return callUnknownMethod(interpreter, receiver, name, args, node);
  }
}

/** A method that a function or an object of the project has beside those that it declares: it may be a task. */
function callMethodOfTask(
  interpreter: Interpreter,
  receiver: FunctionValue | PlainObject,
  name: string,
  args: Arguments,
  node: Call,
): Value {
  recordTaskStart(interpreter, receiver, name, args, node);
  const registered = name === "register_task" ? registeredTask(interpreter, args) : undefined;
  if (registered) return registered;
  return asQueueObject(
    callUnknownMethod(interpreter, receiver, name, args, node),
    resultOfTaskMethod(interpreter, receiver, name),
  );
}

function callInstanceMethod(
  interpreter: Interpreter,
  instance: Instance,
  name: string,
  args: Arguments,
  node: Call,
): Value {
  switch (synchronousName(name)) {
    case "save":
    case "asave":
      recordSave(interpreter, instance, node);
      return unknown;
    case "delete":
      touchModel(interpreter, anyModel);
      recordWrite(interpreter, "delete", instance.model, instance, node, {
        isNew: false,
        varies: instance.varies,
      });
      sendModelSignals(interpreter, "delete", instance.model, node);
      forgetWhetherInTable(instance);
      return unknown;
    case "has_perm":
    case "has_perms":
    case "has_module_perms":
    case "get_all_permissions":
    case "get_group_permissions":
    case "get_user_permissions":
      askForPermissions(interpreter, instance, name, node);
      return unknownVarying(unionLoops(instance.varies, variesOfArguments(args)));
    case "refresh_from_db":
    case "arefresh_from_db":
      interpreter.writes += 1;
      refreshInstance(interpreter, instance, name, args, node);
      return unknown;
    case "full_clean":
      touchModel(interpreter, instance.model.label);
      return interpreter.call(interpreter.attribute(instance, "clean", node), noArguments, node);
    case "clean":
      return unknown;
    case "set_password":
    case "set_unusable_password":
      assignAttribute(interpreter, instance, "password", unknownVarying(variesOfArguments(args)));
      return unknown;
    case "email_user":
      return recordEmail(interpreter, node, "django.contrib.auth.models.AbstractUser().email_user");
    default: {
      const result = interpreter.consumers.callRowMethod(interpreter, instance, name, args, node);
      if (result) return result;
      if (deletes.test(name)) forgetWhetherInTable(instance);
      if (!onlyReads.test(name)) {
        markUnknownAssignments(instance);
        interpreter.writes += 1;
      }
      markHandedOver(args);
      return unknownVarying(unionLoops(instance.varies, variesOfArguments(args)));
    }
  }
}

const deletes = /delete|destroy|remove|purge/;

/** Methods that Django and libraries give to models and that tell something about the row. */
const onlyReads = /^(get_|has_|is_|check_|validate_|natural_key$|serializable_value$)/;

/** `Task(name=…)`: no row yet, unless the code names its key. */
function constructed(interpreter: Interpreter, model: Model, args: Arguments, node: Call): Instance {
  recordCreated(interpreter, model, node, args.keywords);
  const varies = withOpenLoops(interpreter, variesOfArguments(args));
  const instance = newInstance(model, new Map(args.keywords), varies);
  const mayHaveKey =
    args.open ||
    args.positional.length > 0 ||
    [...args.keywords.keys()].some((name) => isKeyName(interpreter.models, model, name));
  if (!mayHaveKey) instance.state.inTable = false;
  return instance;
}

function instantiate(interpreter: Interpreter, callee: ClassValue, args: Arguments, node: Call): Value {
  if (callee.model) return constructed(interpreter, callee.model, args, node);
  if (!callee.symbol) return unknown;
  const queryset = querysetMadeBy(interpreter, callee.symbol, args, node);
  if (queryset) return queryset;
  const object: PlainObject = {
    kind: "object",
    symbol: callee.symbol,
    attributes: new Map(),
    varies: noLoops,
  };
  const made = interpreter.consumers.callMethod(interpreter, object, "__new__", args, node);
  if (made) return made;
  const { unfinishedCalls } = interpreter;
  const initializer = interpreter.program.lookupMember(callee.symbol, "__init__");
  if (initializer.kind === "found" && initializer.symbol.kind === "function") {
    interpreter.callFunction(interpreter.functionValue(initializer.symbol, object), args, node, "call");
  } else if (!interpreter.consumers.callMethod(interpreter, object, "__init__", args, node)) {
    markHandedOver(args);
    // Dataclasses and named tuples: keywords become attributes.
    for (const [name, value] of args.keywords) object.attributes.set(name, value);
  }
  // What becomes of an object whose constructor was given up half-way is not known.
  if (interpreter.unfinishedCalls === unfinishedCalls)
    interpreter.consumers.constructed(interpreter, object, node);
  return object;
}

function callObject(interpreter: Interpreter, callee: PlainObject, args: Arguments, node: Call): Value {
  const member = interpreter.program.lookupMember(callee.symbol, "__call__");
  return member.kind === "found" && member.symbol.kind === "function"
    ? interpreter.callFunction(interpreter.functionValue(member.symbol, callee), args, node, "method")
    : unknownVarying(variesOfArguments(args));
}
