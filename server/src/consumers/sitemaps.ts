/** Sitemaps: `items()` gives the rows, `location`, `lastmod` and their like are asked for each. */

import type { Consumer } from "../interpret/consumer.ts";
import { absoluteUrl } from "./absolute-url.ts";
import { entryPointOfRows, type ReadOfRow } from "./row-members.ts";

const members: ReadonlyMap<string, ReadOfRow | undefined> = new Map([
  ["location", absoluteUrl],
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
