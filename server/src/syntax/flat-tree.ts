/**
 * The visible nodes of a concrete syntax tree in pre-order, one row per node, in columns.
 * Node 0 is the root; the first child of `node` is `node + 1` when that is below `next[node]`,
 * its next sibling is `next[child]`. Reused from file to file: valid until the next one is read.
 */
export class FlatTree {
  size = 0;
  /** See `Kind`. */
  kind: Uint8Array;
  /** See `Field`. */
  field: Uint8Array;
  /** See `NodeFlag`. */
  flags: Uint8Array;
  /** Offsets in UTF-16 code units. */
  start: Uint32Array;
  end: Uint32Array;
  /** The row after the last descendant. */
  next: Uint32Array;

  constructor(capacity = defaultCapacity) {
    this.kind = new Uint8Array(capacity);
    this.field = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.start = new Uint32Array(capacity);
    this.end = new Uint32Array(capacity);
    this.next = new Uint32Array(capacity);
  }

  /** Adds a row without descendants. */
  push(kind: number, field: number, flags: number, start: number, end: number): number {
    if (this.size === this.kind.length) this.grow();
    const node = this.size++;
    this.kind[node] = kind;
    this.field[node] = field;
    this.flags[node] = flags;
    this.start[node] = start;
    this.end[node] = end;
    this.next[node] = node + 1;
    return node;
  }

  clear(): void {
    this.size = 0;
    if (this.kind.length > keptCapacity) Object.assign(this, new FlatTree());
  }

  /** Replaces each offset by the one that `origin` gives for it. */
  moveTo(origin: Uint32Array): void {
    for (let node = 0; node < this.size; node++) {
      this.start[node] = origin[this.start[node] ?? 0] ?? 0;
      this.end[node] = origin[this.end[node] ?? 0] ?? 0;
    }
  }

  equals(other: FlatTree): boolean {
    if (this.size !== other.size) return false;
    for (let node = 0; node < this.size; node++) {
      const isEqual =
        this.kind[node] === other.kind[node] &&
        this.field[node] === other.field[node] &&
        this.flags[node] === other.flags[node] &&
        this.start[node] === other.start[node] &&
        this.end[node] === other.end[node] &&
        this.next[node] === other.next[node];
      if (!isEqual) return false;
    }
    return true;
  }

  private grow(): void {
    const capacity = this.kind.length * 2;
    this.kind = grown(this.kind, new Uint8Array(capacity));
    this.field = grown(this.field, new Uint8Array(capacity));
    this.flags = grown(this.flags, new Uint8Array(capacity));
    this.start = grown(this.start, new Uint32Array(capacity));
    this.end = grown(this.end, new Uint32Array(capacity));
    this.next = grown(this.next, new Uint32Array(capacity));
  }
}

const defaultCapacity = 1 << 16;
/** Columns that one enormous file has stretched beyond this are given back: 15 bytes a row. */
const keptCapacity = 1 << 20;

export const NodeFlag = { named: 1, missing: 2 } as const;

function grown<Column extends Uint8Array | Uint32Array>(old: Column, wider: Column): Column {
  wider.set(old);
  return wider;
}
