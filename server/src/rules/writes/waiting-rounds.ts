/** Rounds that wait for another system: a write takes little beside that, and what is stored at once no failure takes back. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { BlockingOperation, Fact, Loop } from "../../interpret/facts.ts";
import { factsOfKind } from "../rule-context.ts";

const waiting: ReadonlySet<BlockingOperation> = new Set(["email", "http", "process"]);

const known = new AnswersOf<readonly Fact[], ReadonlySet<Loop["statement"]>>();

/** `for account in accounts: account.balance = requests.get(…).json(); account.save()` */
export function waitsInRounds(facts: readonly Fact[], { statement }: Loop): boolean {
  const loops = remembered(
    known,
    facts,
    () =>
      new Set(
        factsOfKind(facts, "blocking")
          .filter(({ operation }) => waiting.has(operation))
          .flatMap((call) => call.loops.map((loop) => loop.statement)),
      ),
  );
  return loops.has(statement);
}
