import { describe, expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { sExpression } from "../../../test/support/s-expression.ts";
import type { Expression } from "./ast.ts";
import { stringStartOf, stringValue } from "./string-literal.ts";

const value = (content: string, opening = '"'): string => stringValue(content, stringStartOf(opening));

describe("the value of a string literal", () => {
  test("decodes escape sequences", () => {
    expect(value(String.raw`\n\t\\\'\"\a\0`)).toBe("\n\t\\'\"\x07\0");
    expect(value(String.raw`\x41\101\u0042\U0001F600`)).toBe("AAB😀");
  });

  test("keeps what is no escape sequence, as Python does", () => {
    expect(value(String.raw`\d\8\xZ1\U00110000`)).toBe(String.raw`\d\8\xZ1\U00110000`);
  });

  test("keeps the name of a character as it is written", () => {
    expect(value(String.raw`\N{BULLET}`)).toBe(String.raw`\N{BULLET}`);
  });

  test("joins lines at a backslash", () => {
    expect(value("a\\\nb\\\r\nc")).toBe("abc");
  });

  test("reads every line break as \\n", () => {
    expect(value("a\r\nb\rc", '"""')).toBe("a\nb\nc");
  });

  test("leaves raw strings alone", () => {
    expect(value(String.raw`\d+\n`, 'r"')).toBe(String.raw`\d+\n`);
  });

  test("knows fewer escape sequences in bytes", () => {
    expect(value(String.raw`\x41\u0042`, 'b"')).toBe(String.raw`A\u0042`);
  });
});

describe("strings in the tree", async () => {
  const parser = await testParser();
  const lowered = (source: string): string => sExpression(parser.parse("a.py", source).tree);
  const expressionOf = (source: string): Expression | undefined => {
    const [statement] = parser.parse("a.py", source).tree.body;
    return statement?.kind === "ExpressionStatement" ? statement.value : undefined;
  };

  test("every form of quotes and prefix", () => {
    expect(lowered(`"a"; 'b'; """c"""; '''d'''; r"\\e"; b"f"; Rb'g'; u"h"`)).toBe(
      `"a" "b" "c" "d" "\\\\e" b"f" b"g" "h"`,
    );
    expect(lowered(`""; ''; """"""`)).toBe(`"" "" ""`);
  });

  test("a raw string of backslashes", () => {
    expect(lowered(String.raw`r"\\"; r"\""; r"a\\"`)).toBe(String.raw`"\\\\" "\\\"" "a\\\\"`);
  });

  test("adjacent literals are one", () => {
    expect(lowered(`("a"\n 'b' r"\\n")`)).toBe(`"ab\\\\n"`);
    expect(expressionOf(`"a" "b"`)).toMatchObject({ kind: "StringLiteral", start: 0, end: 7, value: "ab" });
  });

  test("an f-string is kept as its parts", () => {
    expect(lowered(`f"a{b.c!r:>10}d{{e}}"`)).toBe(`(FormattedString "a" (Attribute b c) "d{e}")`);
    expect(lowered(`"a" f"{b}" "c"`)).toBe(`(FormattedString "a" b "c")`);
    expect(lowered(`t"{a}"`)).toBe("(FormattedString a)");
  });

  test("expressions in the format of another follow it", () => {
    expect(lowered(`f"{price:>{width}.{digits}}"`)).toBe("(FormattedString price width digits)");
  });

  test("an equals sign shows the expression, a colon starts the format", () => {
    expect(lowered(`f"{a=} {b = !r} {c:=10}"`)).toBe(`(FormattedString a " " b " " c)`);
  });

  test("f-strings may lie in each other, with the same quotes too", () => {
    expect(lowered(`f"{f'{a}'}"`)).toBe("(FormattedString (FormattedString a))");
    expect(lowered(`f"{a["b"]}"`)).toBe(`(FormattedString (Subscript a "b"))`);
  });

  test("the range of a part is its text in the file", () => {
    const source = `f"a{b}" "cd"`;
    const expression = expressionOf(source);
    expect(
      expression?.kind === "FormattedString" &&
        expression.values.map(({ start, end }) => source.slice(start, end)),
    ).toEqual(["a", "b", "cd"]);
  });
});
