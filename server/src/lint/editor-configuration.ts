import type * as z from "zod";
import {
  type ConfigurationKey,
  type ConfigurationLayer,
  camelCase,
  configurationKeys,
  configurationSchema,
  toConfiguration,
} from "./configuration.ts";

export interface EditorConfiguration {
  readonly layer: ConfigurationLayer;
  /** A sentence for each setting that was left out because its value does not fit. */
  readonly problems: readonly string[];
}

/**
 * Reads the editor's settings of the section `queryscope`, in camel case. Settings of the editor alone, which the
 * analysis does not know, are passed over.
 */
export function parseEditorConfiguration(settings: unknown): EditorConfiguration {
  if (typeof settings !== "object" || settings === null) return { layer: {}, problems: [] };
  const values = new Map(Object.entries(settings));
  const accepted: Partial<Record<ConfigurationKey, unknown>> = {};
  const problems: string[] = [];
  for (const key of configurationKeys) {
    const value: unknown = values.get(camelCase(key));
    if (value === undefined || value === null) continue;
    const result = configurationSchema.shape[key].safeParse(value);
    if (result.success) accepted[key] = result.data;
    else
      problems.push(
        `queryscope.${camelCase(key)}: ${result.error.issues.map(({ message }) => message).join("; ")}`,
      );
  }
  return { layer: toConfiguration(accepted as Partial<z.output<typeof configurationSchema>>), problems };
}
