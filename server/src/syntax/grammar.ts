/**
 * The part of tree-sitter-python's vocabulary that the lowering knows, with numbers of our own:
 * the grammar's numbers are known only when it is loaded.
 */

/** Named nodes, with the grammar's names. */
const namedKinds = [
  "ERROR",
  "aliased_import",
  "argument_list",
  "as_pattern",
  "as_pattern_target",
  "assert_statement",
  "assignment",
  "attribute",
  "augmented_assignment",
  "await",
  "binary_operator",
  "block",
  "boolean_operator",
  "break_statement",
  "call",
  "case_clause",
  "case_pattern",
  "class_definition",
  "class_pattern",
  "comment",
  "comparison_operator",
  "concatenated_string",
  "conditional_expression",
  "constrained_type",
  "continue_statement",
  "decorated_definition",
  "decorator",
  "default_parameter",
  "delete_statement",
  "dict_pattern",
  "dictionary",
  "dictionary_comprehension",
  "dictionary_splat",
  "dictionary_splat_pattern",
  "dotted_name",
  "elif_clause",
  "ellipsis",
  "else_clause",
  "except_clause",
  "exec_statement",
  "expression_list",
  "expression_statement",
  "false",
  "finally_clause",
  "float",
  "for_in_clause",
  "for_statement",
  "format_expression",
  "format_specifier",
  "function_definition",
  "future_import_statement",
  "generator_expression",
  "generic_type",
  "global_statement",
  "identifier",
  "if_clause",
  "if_statement",
  "import_from_statement",
  "import_prefix",
  "import_statement",
  "integer",
  "interpolation",
  "keyword_argument",
  "keyword_pattern",
  "keyword_separator",
  "lambda",
  "lambda_parameters",
  "line_continuation",
  "list",
  "list_comprehension",
  "list_pattern",
  "list_splat",
  "list_splat_pattern",
  "match_statement",
  "member_type",
  "module",
  "named_expression",
  "none",
  "nonlocal_statement",
  "not_operator",
  "pair",
  "parameters",
  "parenthesized_expression",
  "pass_statement",
  "pattern_list",
  "positional_separator",
  "print_statement",
  "raise_statement",
  "relative_import",
  "return_statement",
  "set",
  "set_comprehension",
  "slice",
  "splat_pattern",
  "splat_type",
  "string",
  "string_content",
  "string_end",
  "string_start",
  "subscript",
  "true",
  "try_statement",
  "tuple",
  "tuple_pattern",
  "type",
  "type_alias_statement",
  "type_parameter",
  "typed_default_parameter",
  "typed_parameter",
  "unary_operator",
  "union_pattern",
  "union_type",
  "while_statement",
  "wildcard_import",
  "with_clause",
  "with_item",
  "with_statement",
  "yield",
] as const;

/** Tokens that decide what a node means; all others have the number 0. */
const tokenKinds = ["async", "from", ",", ":", "="] as const;

const fieldNames = [
  "alias",
  "alternative",
  "argument",
  "arguments",
  "attribute",
  "body",
  "cause",
  "condition",
  "consequence",
  "definition",
  "expression",
  "function",
  "guard",
  "key",
  "left",
  "module_name",
  "name",
  "object",
  "operator",
  "operators",
  "parameters",
  "return_type",
  "right",
  "subject",
  "subscript",
  "superclasses",
  "type",
  "value",
] as const;

type NamedKind = (typeof namedKinds)[number];
type TokenKind = (typeof tokenKinds)[number];
type FieldName = (typeof fieldNames)[number];

function numbered<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, index) => [name, index + 1])) as Record<Name, number>;
}

/** The number of each node kind; 0 is a token that the lowering does not look at. */
export const Kind: Readonly<Record<NamedKind | TokenKind, number>> = numbered([...namedKinds, ...tokenKinds]);

/** The number of each field; 0 is no field, or one that the lowering does not look at. */
export const Field: Readonly<Record<FieldName, number>> = numbered(fieldNames);

export const kindCount = namedKinds.length + tokenKinds.length + 1;

/** From the numbers of a loaded grammar to ours. */
export interface GrammarNumbers {
  /** Indexed by the grammar's node type; tree-sitter's own type for errors is 65535. */
  readonly kinds: Uint8Array;
  readonly fields: Uint8Array;
}

/** What is asked of a loaded grammar. */
interface GrammarVocabulary {
  idForNodeType(name: string, named: boolean): number | null;
  fieldIdForName(name: string): number | null;
  readonly fieldCount: number;
}

const errorSymbol = 65535;

/** @throws Error when the grammar lacks a node or field that the lowering relies on. */
export function grammarNumbersOf(grammar: GrammarVocabulary): GrammarNumbers {
  const kinds = new Uint8Array(errorSymbol + 1);
  const fields = new Uint8Array(grammar.fieldCount + 1);
  kinds[errorSymbol] = Kind.ERROR;
  const enter = (name: NamedKind | TokenKind, named: boolean): void => {
    const symbol = grammar.idForNodeType(name, named);
    if (symbol === null) throw new Error(`the Python grammar has no node ${name}`);
    kinds[symbol] = Kind[name];
  };
  for (const name of namedKinds) if (name !== "ERROR") enter(name, true);
  for (const name of tokenKinds) enter(name, false);
  for (const name of fieldNames) {
    const id = grammar.fieldIdForName(name);
    if (id === null) throw new Error(`the Python grammar has no field ${name}`);
    fields[id] = Field[name];
  }
  return { kinds, fields };
}
