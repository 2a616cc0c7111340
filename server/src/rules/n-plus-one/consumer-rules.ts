/** Queries that frameworks have the project send for each row have the code of the framework's rule. */
import type { FactContext } from "../../interpret/facts.ts";
import type { RuleMetadata } from "../rule.ts";
import { bulkWriteFkLookups } from "./bulk-write-fk-lookups.ts";
import { nPlusOneInSerializer } from "./n-plus-one-in-serializer.ts";
import { nPlusOneInSerializerMethod } from "./n-plus-one-in-serializer-method.ts";

const rules: Partial<Record<FactContext["consumer"], RuleMetadata>> = {
  serializer: nPlusOneInSerializer,
  serializerMethod: nPlusOneInSerializerMethod,
  validation: bulkWriteFkLookups,
};

/** The rule under which a finding is reported; `own` is the rule that derives it. */
export function ruleForConsumer(own: RuleMetadata, facts: readonly FactContext[]): RuleMetadata {
  const consumers = new Set(facts.map(({ consumer }) => consumer));
  const [consumer] = consumers;
  const rule = consumers.size === 1 && consumer !== undefined ? rules[consumer] : undefined;
  return rule ?? own;
}
