/** Syndication feeds: `get_object()` says what they are about, `items()` gives the rows, `item_*` methods or the row itself their title, link and text. */

import type { Consumer } from "../interpret/consumer.ts";
import { absoluteUrl } from "./absolute-url.ts";
import { entryPointOfRows, type ReadOfRow } from "./row-members.ts";

const bases: ReadonlySet<string> = new Set([
  "django.contrib.syndication.views.Feed",
  "django.contrib.gis.feeds.Feed",
]);

const readText: ReadOfRow = (interpreter, row, node) => {
  interpreter.str(row, node);
};

/** In the order in which `Feed.get_feed` asks for them. */
const members: ReadonlyMap<string, ReadOfRow | undefined> = new Map([
  ["item_title", readText],
  ["item_description", readText],
  ["item_link", absoluteUrl],
  ["item_enclosures", undefined],
  ["item_enclosure_url", undefined],
  ["item_enclosure_length", undefined],
  ["item_enclosure_mime_type", undefined],
  ["item_author_name", undefined],
  ["item_author_email", undefined],
  ["item_author_link", undefined],
  ["item_pubdate", undefined],
  ["item_updateddate", undefined],
  ["item_guid", undefined],
  ["item_guid_is_permalink", undefined],
  ["item_categories", undefined],
  ["item_copyright", undefined],
  ["item_comments", undefined],
  ["item_extra_kwargs", undefined],
  ["item_geometry", undefined],
]);

export const feeds: Consumer = {
  name: "feeds",
  classes: {
    bases,
    entryPoints: (interpreter, symbol) =>
      entryPointOfRows(interpreter, symbol, {
        context: "request",
        rows: "items",
        subject: "get_object",
        members,
      }),
  },
};
