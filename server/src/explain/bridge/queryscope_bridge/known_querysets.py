"""Expressions whose value is a queryset, as the caller knows from the whole program: parameters, items, cleaned data.

They are evaluated as they are. Only where that gives nothing, the rows of their model take their place.
"""
import ast

from .placeholders import Unknown
from .session import describe, raised_by_django

_NAME = "__queryscope_queryset__"


def parsed(source):
    # On lines of its own: the expression may contain line breaks and end with a comment.
    return compile(
        "(\n%s\n)" % source, "<queryset>", "eval", flags=ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    )


class Guide:
    """Rewrites expressions so that what methods are called on is a queryset where one is known.

    `known` has `source`, `model` (a label) and, for the rows that belong to another one, `owner` and `accessor`.
    """

    def __init__(self, known, namespace, session):
        self._known = {ast.dump(parsed(each["source"]).body): each for each in known}
        self._session = session
        if known:
            namespace[_NAME] = self._queryset

    def __call__(self, tree):
        if not self._known:
            return tree
        key = ast.dump(tree.body)
        guided = _Receivers(self._known).visit(tree)
        # All rows of a model would say nothing about an expression; those of a relation are what it means.
        if self._known.get(key, {}).get("accessor"):
            guided.body = _guarded(guided.body, key)
        return ast.fix_missing_locations(guided)

    def _queryset(self, evaluate, key):
        known = self._known[key]
        try:
            value = evaluate()
        except Exception as error:
            if raised_by_django(error):
                raise
            reason = describe(error)
        else:
            if not isinstance(value, Unknown):
                return value
            reason = "it is only known when the program runs"
        found, rows = self._rows(known)
        self._session.note("`%s` is taken for %s: %s" % (" ".join(known["source"].split()), rows, reason))
        return found

    def _rows(self, known):
        from django.apps import apps

        if known.get("accessor"):
            owner = apps.get_model(known["owner"])
            instance = self._session.instance(owner, _owner_name(known["source"]))
            return getattr(instance, known["accessor"]), "rows that belong to one of %s" % owner._meta.label
        model = apps.get_model(known["model"])
        return model._default_manager.all(), "all rows of %s" % model._meta.label


def _owner_name(source):
    node = parsed(source).body
    return ast.unparse(node.value) if isinstance(node, ast.Attribute) else ast.unparse(node)


class _Receivers(ast.NodeTransformer):
    def __init__(self, known):
        self._known = known

    def visit_Attribute(self, node):
        key = ast.dump(node.value)
        self.generic_visit(node)
        if key in self._known:
            node.value = _guarded(node.value, key)
        return node


def _guarded(node, key):
    if any(isinstance(part, (ast.Await, ast.NamedExpr)) for part in ast.walk(node)):
        return node  # what a lambda cannot hold
    arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    value = ast.Lambda(args=arguments, body=node)
    return ast.Call(ast.Name(_NAME, ast.Load()), [value, ast.Constant(key)], [])
