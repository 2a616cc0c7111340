/** Receivers of `pre_save` and `post_save` in the project: what runs with each `save()` and never with a bulk operation. */
import type { Model } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import { signalReceivers } from "../../django/signal-receivers.ts";

export interface SignalReceiver {
  /** `post_save` */
  readonly signal: string;
  /** How the receiving function is written. */
  readonly name: string;
  /** Identity of the function; undefined where it cannot be made out. */
  readonly functionId: string | undefined;
  /** Undefined for a receiver that listens to every model, or to one that could not be made out. */
  readonly sender: Model | undefined;
}

const saveSignals: ReadonlySet<string> = new Set(["pre_save", "post_save"]);

/** Receivers that a save of the model calls. */
export function receiversOf({ program, models }: DjangoProject, model: Model): readonly SignalReceiver[] {
  return signalReceivers(program, models).all.flatMap(({ signal, name, function: symbol, sender }) => {
    const lastName = signal.slice(signal.lastIndexOf(".") + 1);
    if (!saveSignals.has(lastName) || (sender && sender.label !== model.label)) return [];
    return [{ signal: lastName, name, functionId: symbol?.id, sender }];
  });
}
