/** Reading PostgreSQL's parse trees, of which nothing is taken for granted. */

/** The members of a node; undefined for what is no object. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The content of a node of this type: `{"String": {"sval": "a"}}` is one of type `String`. */
export function contentOf(node: unknown, type: string): Readonly<Record<string, unknown>> | undefined {
  return asObject(asObject(node)?.[type]);
}

/** The text of a `String` node. */
export function stringOf(node: unknown): string | undefined {
  const text = contentOf(node, "String")?.sval;
  return typeof text === "string" ? text : undefined;
}

/** The nearest nodes of a type below a value, not those inside of them. */
export function nearestOf(root: unknown, type: string): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(root)) return root.flatMap((item) => nearestOf(item, type));
  const members = asObject(root);
  if (members === undefined) return [];
  return Object.entries(members).flatMap(([key, value]) => {
    const content = key === type ? asObject(value) : undefined;
    return content === undefined ? nearestOf(value, type) : [content];
  });
}
