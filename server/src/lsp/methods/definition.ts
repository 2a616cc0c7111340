import { type Definition, DefinitionRequest, type LocationLink } from "vscode-languageserver";
import { declarationAt } from "../../ide/lookups/lookup-hover.ts";
import { livePlace } from "../live-place.ts";
import { toRange } from "../positions.ts";
import { answering } from "../requests.ts";
import type { ServerContext } from "../server-context.ts";

/** `textDocument/definition`: from a name in a lookup to the field's declaration. */
export function handleDefinition(context: ServerContext): void {
  const { type, method } = DefinitionRequest;
  context.connection.onRequest(
    type,
    answering(
      context,
      method,
      async ({ textDocument, position }): Promise<Definition | LocationLink[] | null> => {
        const place = await livePlace(context, textDocument.uri, position);
        const found = place && declarationAt(place.code, place.offset);
        const lines = found && place.folder.lines(found.declaration.path);
        // Of a library's model the sources are not part of the workspace.
        if (place === undefined || found === undefined || lines === undefined) return null;
        const targetUri = place.folder.uriOf(found.declaration.path);
        const range = toRange(lines, found.declaration.range);
        if (!context.client.locationLinks) return { uri: targetUri, range };
        return [
          {
            originSelectionRange: toRange(place.lines, found.range),
            targetUri,
            targetRange: range,
            targetSelectionRange: range,
          },
        ];
      },
    ),
  );
}
