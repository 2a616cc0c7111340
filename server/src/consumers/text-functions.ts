/** Functions of Django that turn what they are given into text: `__str__` of a row runs. */

import type { Consumer, LibraryFunction } from "../interpret/consumer.ts";
import { variesOfArguments } from "../interpret/language/functions.ts";
import { unknownVarying } from "../queryset/join.ts";

/** Every argument is shown. */
const showArguments: LibraryFunction = (interpreter, args, node) => {
  for (const [index, value] of args.positional.entries())
    interpreter.str(value, node.arguments[index] ?? node);
  for (const value of args.keywords.values()) interpreter.str(value, node);
  return unknownVarying(variesOfArguments(args));
};

/** `format_html_join(separator, format, rows)`: each row is a tuple of what is shown. */
const showRows: LibraryFunction = (interpreter, args, node) => {
  const [, , rows] = args.positional;
  if (rows) {
    interpreter.inLoop(rows, node, node, (row) => {
      const items = row.kind === "collection" ? (row.items ?? [row.element]) : [];
      for (const item of items) interpreter.str(item, node);
    });
  }
  return unknownVarying(variesOfArguments(args));
};

const showing = [
  "encoding.force_str",
  "encoding.smart_str",
  "html.conditional_escape",
  "html.escape",
  "html.format_html",
  "html.linebreaks",
  "html.strip_tags",
  "text.Truncator",
  "text.slugify",
];

export const textFunctions: Consumer = {
  name: "text functions",
  functions: {
    ...Object.fromEntries(showing.map((name) => [`django.utils.${name}`, showArguments])),
    "django.utils.html.format_html_join": showRows,
  },
};
