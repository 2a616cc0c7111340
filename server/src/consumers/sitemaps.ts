/** Sitemaps: `items()` gives the rows, `location`, `lastmod` and their like are asked for each. */

import { noArguments } from "../interpret/arguments.ts";
import type { Consumer } from "../interpret/consumer.ts";
import { callAt } from "../interpret/declarations.ts";
import { entryPointOfRows, type ReadOfRow } from "./row-members.ts";

const readLocation: ReadOfRow = (interpreter, row, node) => {
  const method = interpreter.attribute(row, "get_absolute_url", node);
  interpreter.call(method, noArguments, callAt(node, "get_absolute_url"));
};

const members: ReadonlyMap<string, ReadOfRow | undefined> = new Map([
  ["location", readLocation],
  ["lastmod", undefined],
  ["changefreq", undefined],
  ["priority", undefined],
  ["get_languages_for_item", undefined],
]);

export const sitemaps: Consumer = {
  name: "sitemaps",
  classes: {
    bases: new Set(["django.contrib.sitemaps.Sitemap"]),
    entryPoints: (interpreter, symbol) =>
      entryPointOfRows(interpreter, symbol, { context: "request", rows: "items", members }),
  },
};
