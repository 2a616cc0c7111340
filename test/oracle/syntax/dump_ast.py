"""Prints CPython's syntax tree of each file named on standard input, one JSON object per line.

The lines of `tree` are those that `describe.ts` makes of the lowered tree: kind, range in UTF-16 code units, details.
"""

import ast
import io
import json
import re
import struct
import sys
import tokenize

POSITIONS_IN_FORMATTED_STRINGS = sys.version_info >= (3, 12)

BINARY_OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@", ast.Div: "/", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&", ast.FloorDiv: "//",
}
UNARY_OPERATORS = {ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}
COMPARISONS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}
RENAMED = {
    "AsyncFunctionDef": "FunctionDef", "AsyncFor": "For", "AsyncWith": "With", "TryStar": "Try",
    "Expr": "ExpressionStatement", "BinOp": "BinaryOperation", "BoolOp": "BooleanOperation",
    "Compare": "Comparison", "UnaryOp": "UnaryOperation", "List": "ListLiteral", "Tuple": "TupleLiteral",
    "Set": "SetLiteral", "Dict": "DictLiteral", "IfExp": "Conditional", "NamedExpr": "NamedExpression",
    "ListComp": "Comprehension", "SetComp": "Comprehension", "DictComp": "Comprehension",
    "GeneratorExp": "Comprehension", "JoinedStr": "FormattedString", "TemplateStr": "FormattedString",
}


def utf16_length(text):
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


class Dump:
    def __init__(self, text):
        self.text = text
        self.lines = re.split("(?<=\n)|(?<=\r)(?!\n)", text)
        self.starts = []
        start = 0
        for line in self.lines:
            self.starts.append(start)
            start += utf16_length(line)
        self.out = []
        # The lowered tree does not look up the names of characters.
        self.has_named_characters = "\\N{" in text

    def source(self, node):
        lines = [line.encode() for line in self.lines[node.lineno - 1 : node.end_lineno]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"".join(lines).decode()

    def offset(self, line, column):
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return self.starts[line - 1] + column
        return self.starts[line - 1] + utf16_length(text.encode()[:column].decode())

    def start(self, node):
        return self.offset(node.lineno, node.col_offset)

    def end(self, node):
        # CPython counts the semicolon in `if x: y;`; here a compound statement ends with its last statement.
        for body in ("finalbody", "orelse", "handlers", "body", "cases"):
            statements = getattr(node, body, None)
            if isinstance(statements, list) and statements:
                return self.end(statements[-1])
        return self.offset(node.end_lineno, node.end_col_offset)

    def emit(self, kind, node, detail="", start=None):
        start = self.start(node) if start is None else start
        self.out.append(f"{kind} {start}-{self.end(node)} {detail}".rstrip())

    def all(self, nodes):
        for node in nodes:
            self.node(node)

    def optional(self, node):
        if node is not None:
            self.node(node)

    def node(self, node):
        name = type(node).__name__
        method = getattr(self, name, None)
        if method is not None:
            method(node)
        else:
            self.emit(RENAMED.get(name, name), node)
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)):
                    self.node(child)

    # Statements

    def decorated_start(self, node):
        if not node.decorator_list:
            return None
        first = node.decorator_list[0]
        line = first.lineno
        column = self.lines[line - 1].encode()[: first.col_offset].rfind(b"@")
        while column < 0:
            line -= 1
            column = self.lines[line - 1].encode().rfind(b"@")
        return self.offset(line, column)

    def FunctionDef(self, node):
        is_async = isinstance(node, ast.AsyncFunctionDef)
        detail = f"{node.name}{' async' if is_async else ''}"
        self.emit("FunctionDef", node, detail, self.decorated_start(node))
        self.all(node.decorator_list)
        self.parameters(node.args)
        self.optional(node.returns)
        self.all(node.body)

    AsyncFunctionDef = FunctionDef

    def ClassDef(self, node):
        self.emit("ClassDef", node, node.name, self.decorated_start(node))
        self.all(node.decorator_list)
        self.arguments(node.bases, node.keywords)
        self.all(node.body)

    def parameters(self, args):
        positional = [(arg, "positionalOnly") for arg in args.posonlyargs]
        positional += [(arg, "positionalOrKeyword") for arg in args.args]
        defaults = [None] * (len(positional) - len(args.defaults)) + args.defaults
        found = [(arg, form, default) for (arg, form), default in zip(positional, defaults)]
        if args.vararg:
            found.append((args.vararg, "starred", None))
        found += [(arg, "keywordOnly", default) for arg, default in zip(args.kwonlyargs, args.kw_defaults)]
        if args.kwarg:
            found.append((args.kwarg, "doubleStarred", None))
        for arg, form, default in found:
            self.out.append(f"Parameter {arg.arg} {form}")
            self.optional(arg.annotation)
            self.optional(default)

    def arguments(self, positional, keywords):
        self.all(sorted([*positional, *keywords], key=self.start))

    def keyword(self, node):
        self.emit("Keyword", node, node.arg or "")
        self.node(node.value)

    def AugAssign(self, node):
        self.emit("AugAssign", node, BINARY_OPERATORS[type(node.op)])
        self.node(node.target)
        self.node(node.value)

    def For(self, node):
        self.emit("For", node, "async" if isinstance(node, ast.AsyncFor) else "")
        self.node(node.target)
        self.node(node.iter)
        self.all(node.body)
        self.all(node.orelse)

    AsyncFor = For

    def With(self, node):
        self.emit("With", node, "async" if isinstance(node, ast.AsyncWith) else "")
        for item in node.items:
            self.node(item.context_expr)
            self.optional(item.optional_vars)
        self.all(node.body)

    AsyncWith = With

    def Match(self, node):
        self.emit("Match", node)
        self.node(node.subject)
        for case in node.cases:
            self.out.append("MatchCase " + " ".join(self.bindings(case.pattern)))
            self.optional(case.guard)
            self.all(case.body)

    def bindings(self, pattern):
        found = []
        for child in ast.iter_child_nodes(pattern):
            if isinstance(child, ast.pattern):
                found += self.bindings(child)
        name = getattr(pattern, "rest", None) if isinstance(pattern, ast.MatchMapping) else getattr(pattern, "name", None)
        return found + [name] if name else found

    def ExceptHandler(self, node):
        self.emit("ExceptHandler", node, node.name or "")
        self.optional(node.type)
        self.all(node.body)

    def Import(self, node):
        self.emit("Import", node)
        self.all(node.names)

    def ImportFrom(self, node):
        self.emit("ImportFrom", node, "." * node.level + (node.module or ""))
        self.all(node.names)

    def alias(self, node):
        self.emit("ImportAlias", node, f"{node.name} {node.asname or ''}")

    def Global(self, node):
        self.emit("Global", node, " ".join(node.names))

    def Nonlocal(self, node):
        self.emit("Nonlocal", node, " ".join(node.names))

    def TypeAlias(self, node):
        self.emit("TypeAlias", node, node.name.id)
        self.node(node.value)

    # Expressions

    def Name(self, node):
        self.emit("Name", node, node.id)

    def Constant(self, node):
        value = node.value
        if isinstance(value, (str, bytes)):
            text = value if isinstance(value, str) else value.decode("latin-1")
            if self.has_named_characters and "\\N{" in self.source(node):
                text = "?"
            self.emit("StringLiteral", node, json.dumps(text) + (" bytes" if isinstance(value, bytes) else ""))
        elif value is None or value is Ellipsis or isinstance(value, bool):
            self.emit("ConstantLiteral", node, "..." if value is Ellipsis else str(value))
        else:
            exact = isinstance(value, float) or isinstance(value, int) and value < 2**53
            self.emit("NumberLiteral", node, struct.pack(">d", value).hex() if exact else "NaN")

    def JoinedStr(self, node):
        self.emit("FormattedString", node)
        if POSITIONS_IN_FORMATTED_STRINGS:
            self.interpolations(node)

    TemplateStr = JoinedStr

    def interpolations(self, node):
        for value in node.values:
            if not isinstance(value, ast.Constant):
                self.node(value.value)
                if value.format_spec is not None:
                    self.interpolations(value.format_spec)

    def BinOp(self, node):
        chain = []
        while isinstance(node, ast.BinOp):
            self.emit("BinaryOperation", node, BINARY_OPERATORS[type(node.op)])
            chain.append(node.right)
            node = node.left
        self.node(node)
        self.all(reversed(chain))

    def BoolOp(self, node):
        self.emit("BooleanOperation", node, "and" if isinstance(node.op, ast.And) else "or")
        self.all(node.values)

    def UnaryOp(self, node):
        self.emit("UnaryOperation", node, UNARY_OPERATORS[type(node.op)])
        self.node(node.operand)

    def Compare(self, node):
        self.emit("Comparison", node, ", ".join(COMPARISONS[type(op)] for op in node.ops))
        self.node(node.left)
        self.all(node.comparators)

    def Call(self, node):
        self.emit("Call", node)
        self.node(node.func)
        self.arguments(node.args, node.keywords)

    def Attribute(self, node):
        self.emit("Attribute", node, node.attr)
        self.node(node.value)

    def Dict(self, node):
        self.emit("DictLiteral", node)
        for key, value in zip(node.keys, node.values):
            self.optional(key)
            self.node(value)

    def comprehension(self, node, form, key, element):
        self.emit("Comprehension", node, form)
        self.optional(key)
        self.node(element)
        for clause in node.generators:
            if clause.is_async:
                self.out.append("async clause")
            self.node(clause.target)
            self.node(clause.iter)
            self.all(clause.ifs)

    def ListComp(self, node):
        self.comprehension(node, "list", None, node.elt)

    def SetComp(self, node):
        self.comprehension(node, "set", None, node.elt)

    def GeneratorExp(self, node):
        self.comprehension(node, "generator", None, node.elt)

    def DictComp(self, node):
        self.comprehension(node, "dict", node.key, node.value)

    def Lambda(self, node):
        self.emit("Lambda", node)
        self.parameters(node.args)
        self.node(node.body)

    def IfExp(self, node):
        self.emit("Conditional", node)
        self.node(node.body)
        self.node(node.test)
        self.node(node.orelse)


def dump(path):
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8")
        tree = ast.parse(text)
        result = Dump(text)
        result.all(tree.body)
        comments = [
            token.string
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT
        ]
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError) as error:
        return {"path": path, "error": f"{type(error).__name__}: {error}"}
    return {"path": path, "tree": "\n".join(result.out), "comments": comments}


sys.setrecursionlimit(10_000)
for line in sys.stdin:
    print(json.dumps(dump(line.rstrip("\n"))), flush=True)
