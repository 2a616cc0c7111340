/**
 * Reads a concrete tree straight from the memory of tree-sitter's WebAssembly module.
 *
 * A cursor crosses into WebAssembly five times per node, which costs as much as parsing the file did; reading
 * the structures costs a tenth of it. Their layout is that of tree-sitter's `subtree.h` and `parser.h` on a
 * 32-bit little-endian machine and no public interface: `python-parser.ts` compares this reader with the cursor
 * before it trusts it, and the tests do so node by node on many files.
 */
import type { Language, Tree } from "web-tree-sitter";
import { type FlatTree, NodeFlag } from "./flat-tree.ts";
import type { GrammarNumbers } from "./grammar.ts";

/** A `WebAssembly.Memory`. */
export interface LinearMemory {
  readonly buffer: ArrayBuffer;
}

/** `TSLanguage`: byte offsets of the members that are read. All but the first two are pointers. */
const languageLayout = {
  aliasCount: 8,
  symbolCount: 4,
  maxAliasSequenceLength: 36,
  fieldMapSlices: 64,
  fieldMapEntries: 68,
  symbolMetadata: 72,
  publicSymbolMap: 76,
  aliasSequences: 84,
} as const;

/** `SubtreeHeapData`: byte offsets. The pointers to the children lie before the structure. */
const heapLayout = {
  padding: 4,
  size: 16,
  childCount: 36,
  symbol: 40,
  flags: 44,
  productionId: 66,
} as const;

/** Bits of `SubtreeHeapData`. */
const heapFlag = { visible: 1, named: 2, extra: 4, missing: 1 << 9 } as const;

/** Bits of the first word of `SubtreeInlineData`, a leaf without a structure of its own. */
const inlineFlag = { inline: 1, visible: 2, named: 4, extra: 8, missing: 32 } as const;

const subtreeSize = 8;
const fieldEntrySize = 4;
/** Symbols that exist in no grammar: errors, and the repeat of an error. */
const errorSymbols = [65535, 65534] as const;

export class MemoryReader {
  private readonly memory: LinearMemory;
  private bytes = new Uint8Array();
  private halves = new Uint16Array();
  private words = new Uint32Array();
  /** Our kinds and whether the node is named, for the grammar's own symbols (not only the public ones). */
  private readonly kinds = new Uint8Array(65536);
  private readonly aliasIsNamed = new Uint8Array(65536);
  private readonly fields: Uint8Array;
  private readonly aliasSequences: number;
  private readonly aliasSequenceSize: number;
  private readonly fieldMapSlices: number;
  private readonly fieldMapEntries: number;
  private stack = new Int32Array(frameSize * 256);

  constructor(memory: LinearMemory, language: Language, grammar: GrammarNumbers) {
    this.memory = memory;
    this.fields = grammar.fields;
    this.refreshViews();
    const address = addressOf(language);
    const word = (offset: number): number => this.words[(address + offset) >> 2] ?? 0;
    this.aliasSequences = word(languageLayout.aliasSequences);
    this.aliasSequenceSize = 2 * (this.halves[(address + languageLayout.maxAliasSequenceLength) >> 1] ?? 0);
    this.fieldMapSlices = word(languageLayout.fieldMapSlices);
    this.fieldMapEntries = word(languageLayout.fieldMapEntries);
    const publicSymbols = word(languageLayout.publicSymbolMap) >> 1;
    const metadata = word(languageLayout.symbolMetadata);
    const symbols = word(languageLayout.symbolCount) + word(languageLayout.aliasCount);
    for (let symbol = 0; symbol < symbols; symbol++) {
      this.kinds[symbol] = grammar.kinds[this.halves[publicSymbols + symbol] ?? 0] ?? 0;
      this.aliasIsNamed[symbol] = this.bytes[metadata + symbol * 3 + 1] ?? 0;
    }
    for (const symbol of errorSymbols) this.kinds[symbol] = grammar.kinds[symbol] ?? 0;
  }

  /** The views are detached whenever the WebAssembly memory grows. */
  private refreshViews(): void {
    const { buffer } = this.memory;
    if (this.bytes.buffer === buffer) return;
    this.bytes = new Uint8Array(buffer);
    this.halves = new Uint16Array(buffer);
    this.words = new Uint32Array(buffer);
  }

  read(tree: Tree, into: FlatTree): void {
    into.clear();
    this.refreshViews();
    const { words, halves, bytes, kinds, aliasIsNamed, fields } = this;
    const { aliasSequences, aliasSequenceSize, fieldMapSlices, fieldMapEntries } = this;
    let { stack } = this;
    let depth = 0;

    // The node whose children are being read; those around it wait on the stack. At first the tree itself,
    // whose only child is the root.
    let slot = addressOf(tree);
    let slotsEnd = slot + subtreeSize;
    let position = 0;
    let structuralIndex = 0;
    let aliases = 0;
    let fieldEntries = 0;
    let fieldEntriesEnd = 0;
    let inheritedField = 0;
    let row = -1;
    // A first child starts where its parent starts: the space before it was counted there.
    let isFirst = false;

    for (;;) {
      if (slot === slotsEnd) {
        if (row >= 0) into.next[row] = into.size;
        if (depth === 0) return;
        depth--;
        const frame = depth * frameSize;
        slot = stack[frame] ?? 0;
        slotsEnd = stack[frame + 1] ?? 0;
        position = stack[frame + 2] ?? 0;
        structuralIndex = stack[frame + 3] ?? 0;
        aliases = stack[frame + 4] ?? 0;
        fieldEntries = stack[frame + 5] ?? 0;
        fieldEntriesEnd = stack[frame + 6] ?? 0;
        inheritedField = stack[frame + 7] ?? 0;
        row = stack[frame + 8] ?? 0;
        isFirst = false;
        continue;
      }

      const first = words[slot >> 2] ?? 0;
      let symbol: number;
      let visible: number;
      let named: number;
      let extra: number;
      let missing: number;
      let size: number;
      let childCount = 0;
      if ((first & inlineFlag.inline) !== 0) {
        const second = words[(slot >> 2) + 1] ?? 0;
        symbol = (first >>> 8) & 0xff;
        visible = first & inlineFlag.visible;
        named = first & inlineFlag.named;
        extra = first & inlineFlag.extra;
        missing = first & inlineFlag.missing;
        size = second >>> 24;
        if (!isFirst) position += (second >>> 16) & 0xff;
      } else {
        const data = first >> 2;
        const flags = words[data + heapLayout.flags / 4] ?? 0;
        symbol = (words[data + heapLayout.symbol / 4] ?? 0) & 0xffff;
        visible = flags & heapFlag.visible;
        named = flags & heapFlag.named;
        extra = flags & heapFlag.extra;
        missing = flags & heapFlag.missing;
        size = words[data + heapLayout.size / 4] ?? 0;
        childCount = words[data + heapLayout.childCount / 4] ?? 0;
        if (!isFirst) position += words[data + heapLayout.padding / 4] ?? 0;
      }
      slot += subtreeSize;
      isFirst = false;

      let field = 0;
      if (extra === 0) {
        if (aliases !== 0) {
          const alias = halves[aliases + structuralIndex] ?? 0;
          if (alias !== 0) {
            symbol = alias;
            visible = 1;
            named = aliasIsNamed[alias] ?? 0;
          }
        }
        field = inheritedField;
        for (let entry = fieldEntries; entry < fieldEntriesEnd; entry += fieldEntrySize) {
          // Byte 2 is the child's index, byte 3 says that the field was inherited from a hidden child.
          if (bytes[entry + 2] === structuralIndex && bytes[entry + 3] === 0) {
            field = fields[halves[entry >> 1] ?? 0] ?? 0;
            break;
          }
        }
        structuralIndex++;
      }

      let childRow = -1;
      if (visible !== 0) {
        childRow = into.push(
          kinds[symbol] ?? 0,
          field,
          (named !== 0 ? NodeFlag.named : 0) | (missing !== 0 ? NodeFlag.missing : 0),
          position >> 1,
          (position + size) >> 1,
        );
      }
      if (childCount === 0) {
        position += size;
        continue;
      }
      const frame = depth * frameSize;
      if (frame === stack.length) {
        const larger = new Int32Array(stack.length * 2);
        larger.set(stack);
        stack = larger;
        this.stack = larger;
      }
      stack[frame] = slot;
      stack[frame + 1] = slotsEnd;
      stack[frame + 2] = position + size;
      stack[frame + 3] = structuralIndex;
      stack[frame + 4] = aliases;
      stack[frame + 5] = fieldEntries;
      stack[frame + 6] = fieldEntriesEnd;
      stack[frame + 7] = inheritedField;
      stack[frame + 8] = row;
      depth++;

      const production = halves[(first + heapLayout.productionId) >> 1] ?? 0;
      const slice = (fieldMapSlices + production * 4) >> 1;
      slotsEnd = first;
      slot = first - childCount * subtreeSize;
      structuralIndex = 0;
      aliases = production === 0 ? 0 : (aliasSequences + production * aliasSequenceSize) >> 1;
      fieldEntries = fieldMapEntries + (halves[slice] ?? 0) * fieldEntrySize;
      fieldEntriesEnd = fieldEntries + (halves[slice + 1] ?? 0) * fieldEntrySize;
      inheritedField = visible !== 0 ? 0 : field;
      row = childRow;
      isFirst = true;
    }
  }
}

/** What waits on the stack for each node around the current one. */
const frameSize = 9;

/** web-tree-sitter keeps the address of an object's structure in its property 0. */
function addressOf(object: Tree | Language): number {
  return (object as unknown as { readonly 0: number })[0];
}
