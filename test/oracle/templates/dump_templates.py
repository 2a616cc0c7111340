"""Parses Django's own templates with Django, and writes the tags, variables and filters of each.

Arguments: a JSON file {"sources": [text, ...]} or {"contrib": true}, and the JSON file to write.
"""

import json
import sys
from pathlib import Path

import django
from django.conf import settings
from django.template import Engine
from django.template.base import FilterExpression, Node, NodeList, Variable, VariableNode
from django.template.exceptions import TemplateSyntaxError
from django.template.smartif import TokenBase

settings.configure(
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.admindocs",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.flatpages",
        "django.contrib.humanize",
        "django.contrib.messages",
        "django.contrib.sessions",
        "django.contrib.sites",
        "django.contrib.sitemaps",
        "django.contrib.staticfiles",
    ],
)
django.setup()

from django.template.backends.django import get_installed_libraries

engine = Engine(debug=True, libraries=get_installed_libraries())


NEVER_RENDERED = {"TextNode", "CommentNode", "VerbatimNode"}
#: Tags with a grammar of their own, of which the parser does not know the arguments.
OWN_GRAMMAR = {"get_admin_log", "get_flatpages", "render_comment_list", "get_digit", "get_media_prefix", "get_static_prefix"}


def variable(value):
    if not isinstance(value, Variable):
        return {"constant": str(value)}
    if value.lookups is None:
        return {"constant": str(value.literal)}
    return {"lookups": list(value.lookups)}


def expression(value):
    return {
        "value": variable(value.var),
        "filters": [
            {
                "name": getattr(function, "_filter_name", function.__name__),
                "arguments": [variable(argument) if lookup else {"constant": str(argument)} for lookup, argument in arguments],
            }
            for function, arguments in value.filters
        ],
    }


def expressions(value, found):
    """Filter expressions in the attributes of a node, in the order of their text."""
    if isinstance(value, FilterExpression):
        found.append(expression(value))
    elif isinstance(value, TokenBase):
        expressions(value.first, found)
        expressions(value.second, found)
        expressions(value.value, found)
    elif isinstance(value, dict):
        for item in value.values():
            expressions(item, found)
    elif isinstance(value, (list, tuple)) and not isinstance(value, NodeList):
        for item in value:
            expressions(item, found)


def describe(nodes):
    return [describe_node(node) for node in nodes if type(node).__name__ not in NEVER_RENDERED]


def describe_node(node):
    token = node.token
    found = []
    bodies = []
    for name, value in vars(node).items():
        if isinstance(value, NodeList):
            if name != "nodelist" or type(node).__name__ != "ExtendsNode":
                bodies.append(describe(value))
        elif name == "conditions_nodelists":
            for condition, nodelist in value:
                expressions(condition, found)
                bodies.append(describe(nodelist))
        else:
            expressions(value, found)
    kind = "variable" if isinstance(node, VariableNode) else token.contents.split()[0]
    described = {
        "tag": kind,
        "start": token.position[0],
        "expressions": sorted(json.dumps(item, sort_keys=True, ensure_ascii=False, separators=(",", ":")) for item in found),
        "bodies": [body for body in bodies if body],
    }
    if kind in OWN_GRAMMAR:
        described["expressions"] = ["unknown grammar"]
    if type(node).__name__ == "ExtendsNode":
        described["bodies"] = []
        described["after"] = describe(node.nodelist)
    return described


def flat(nodes):
    """An `extends` node has the rest of the file as its body."""
    for node in nodes:
        after = node.pop("after", [])
        yield node
        yield from flat(after)


def parse(source):
    try:
        return {"source": source, "nodes": list(flat(describe(engine.from_string(source).nodelist)))}
    except TemplateSyntaxError as error:
        return {"source": source, "error": str(error)}
    except (StopIteration, RuntimeError):
        # Django itself fails on `_("text")|filter` in a tag.
        return {"source": source, "failed": True}


def contrib_templates():
    root = Path(django.__file__).parent
    return [path.read_text(encoding="utf-8") for path in sorted(root.glob("**/templates/**/*")) if path.is_file()]


if __name__ == "__main__":
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sources = contrib_templates() if request.get("contrib") else request["sources"]
    Path(sys.argv[2]).write_text(json.dumps([parse(source) for source in sources]), encoding="utf-8")
