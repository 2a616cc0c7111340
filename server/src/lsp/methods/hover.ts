import { type Hover, HoverRequest } from "vscode-languageserver";
import { hoverAt } from "../../ide/hover.ts";
import { explainLink } from "../explain-at.ts";
import { livePlace } from "../live-place.ts";
import { toMarkup } from "../markup.ts";
import { toRange } from "../positions.ts";
import { answering } from "../requests.ts";
import { rulePage } from "../rule-page.ts";
import type { ServerContext } from "../server-context.ts";

/** `textDocument/hover` */
export function handleHover(context: ServerContext): void {
  const { type, method } = HoverRequest;
  context.connection.onRequest(
    type,
    answering(context, method, async ({ textDocument, position }): Promise<Hover | null> => {
      const place = await livePlace(context, textDocument.uri, position);
      const { client, rules } = context;
      const description =
        place &&
        hoverAt(place.folder.snapshot, place.code, place.offset, {
          rules,
          rulePage,
          explain: (range) =>
            client.explains && client.markdownHover
              ? explainLink(textDocument.uri, toRange(place.lines, range))
              : "",
        });
      if (place === undefined || description === undefined) return null;
      return {
        contents: toMarkup(description.text, context.client),
        range: toRange(place.lines, description.range),
      };
    }),
  );
}
