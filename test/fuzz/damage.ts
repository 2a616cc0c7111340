/** Ways in which a text looks while somebody is typing, or after something went wrong. */
import fc from "fast-check";

export interface Damage {
  readonly kind: "delete" | "insert" | "duplicate line" | "remove line" | "swap lines" | "cut off" | "indent";
  /** Where in the text, as a share of it. */
  readonly at: number;
  readonly size: number;
  readonly text: string;
}

const fragments = [
  ..."()[]{}:,.=@*\\\t\n\r\0'\"#é😀",
  '"""',
  "for row in rows:\n",
  "def f(self):\n",
  "class A(A):\n",
  "return ",
  "await ",
  "lambda: ",
  "if x:\nelse:\n",
  "from . import *\n",
  "import os as\n",
  "**kwargs",
  ".all()",
  ".select_related(",
  "self.self.",
  "models.ForeignKey('self')",
  "{% for row in rows %}",
  "{% endfor %}",
  "{% if a %}",
  "{% include 'a.html' %}",
  "{{ row.",
  "%}",
];

export const damages = fc.record({
  kind: fc.constantFrom<Damage["kind"]>(
    "delete",
    "insert",
    "duplicate line",
    "remove line",
    "swap lines",
    "cut off",
    "indent",
  ),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  size: fc.integer({ min: 1, max: 40 }),
  text: fc.constantFrom(...fragments),
});

export function applyDamage(text: string, { kind, at, size, text: fragment }: Damage): string {
  const offset = Math.floor(at * text.length);
  const lines = text.split("\n");
  const index = Math.floor(at * (lines.length - 1));
  const line = lines[index] ?? "";
  switch (kind) {
    case "delete":
      return text.slice(0, offset) + text.slice(offset + size);
    case "insert":
      return text.slice(0, offset) + fragment + text.slice(offset);
    case "cut off":
      return text.slice(0, offset);
    case "duplicate line":
      return lines.toSpliced(index, 0, line).join("\n");
    case "remove line":
      return lines.toSpliced(index, 1).join("\n");
    case "swap lines":
      return lines.toSpliced(index, 2, lines[index + 1] ?? "", line).join("\n");
    case "indent":
      return lines.toSpliced(index, 1, " ".repeat(size % 9) + line).join("\n");
  }
}
