import type { LinkedModule, ModuleTable } from "./module-table.ts";
import type { CallOutline, Definition, ImportSource, ModuleOutline, NameChain, Scope } from "./outline.ts";
import type { ExternalSymbol, UnknownSymbol } from "./symbols.ts";

/** What a name resolves to, in terms of outlines: it holds for every file version with the same outline. */
export type Target = LinkedModule | Definition | ExternalSymbol | UnknownSymbol;

export const unknownTarget: UnknownSymbol = { kind: "unknown" };

/** Name resolution as the parts of the linker use it of each other. */
export interface NameResolution {
  readonly table: ModuleTable;
  chain(scope: Scope, outline: ModuleOutline, chain: NameChain, before?: number): Target;
  loaded(
    scope: Scope,
    outline: ModuleOutline,
    call: CallOutline,
    item?: number,
    before?: number,
  ): Target | undefined;
  sourceModule(module: LinkedModule, source: ImportSource): Target;
}
