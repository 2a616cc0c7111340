import { type Hover, HoverRequest } from "vscode-languageserver";
import { describeLookupAt } from "../../ide/lookups/lookup-hover.ts";
import { livePlace } from "../live-place.ts";
import { toMarkup } from "../markup.ts";
import { toRange } from "../positions.ts";
import { answering } from "../requests.ts";
import type { ServerContext } from "../server-context.ts";

/** `textDocument/hover` */
export function handleHover(context: ServerContext): void {
  const { type, method } = HoverRequest;
  context.connection.onRequest(
    type,
    answering(context, method, async ({ textDocument, position }): Promise<Hover | null> => {
      const place = await livePlace(context, textDocument.uri, position);
      const description = place && describeLookupAt(place.code, place.offset);
      if (place === undefined || description === undefined) return null;
      return {
        contents: toMarkup(description.text, context.client),
        range: toRange(place.lines, description.range),
      };
    }),
  );
}
