"""Attributes that code copes without: what it asks for with a default, or in `try: … except AttributeError:`."""
import ast
import dis
import functools
import inspect
import textwrap


def copes_without(name, frame):
    """Whether the code of a frame, which is asking for an attribute now, goes on where that is not there."""
    return _has_default(frame) or name in _guarded_names(frame.f_code)


def _has_default(frame):
    """In `getattr(value, name, default)`: three arguments are just being passed, and no attribute is read itself."""
    instruction, argument = frame.f_code.co_code[frame.f_lasti : frame.f_lasti + 2]
    return (
        "getattr" in frame.f_code.co_names
        and argument == 3
        and dis.opname[instruction] in ("CALL", "CALL_FUNCTION", "PRECALL")
    )


@functools.lru_cache(maxsize=None)
def _guarded_names(code):
    """What is called is not among them: a method is there, and what it does may fail."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, SyntaxError):
        # Not from a file, as an expression is.
        return frozenset()
    guarded = [
        node
        for attempt in ast.walk(tree)
        if isinstance(attempt, ast.Try) and any(map(_catches_missing_attribute, attempt.handlers))
        for statement in attempt.body
        for node in ast.walk(statement)
    ]
    called = {id(node.func) for node in guarded if isinstance(node, ast.Call)}
    return frozenset(node.attr for node in guarded if isinstance(node, ast.Attribute) and id(node) not in called)


def _catches_missing_attribute(handler):
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(name, ast.Name) and name.id == "AttributeError" for name in caught)
