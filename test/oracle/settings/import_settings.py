"""Imports a settings module with a recorded environment and writes what it sets, as plain data.

Libraries that are not installed are replaced: a setting that hangs on one of them is not compared.
"""

import importlib
import importlib.abc
import importlib.machinery
import json
import os
import pathlib
import sys
import types
import warnings

with open(sys.argv[1], encoding="utf-8") as file:
    request = json.load(file)
output = sys.argv[2]

sys.argv = [""]
os.chdir(request["folder"])
sys.path[:0] = request["importPath"]
os.environ.clear()
os.environ.update(request["environment"])
warnings.simplefilter("ignore")


class Stub(types.ModuleType):
    """Stands for whatever a library that is not installed would have given."""

    def __init__(self, name):
        super().__init__(name)
        self.__path__ = []

    def __getattr__(self, name):
        if name in ("__file__", "__version__"):
            return str(self)
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Stub(f"{self.__name__}.{name}")

    def _operation(self, *_):
        return Stub(f"{self.__name__} …")

    __add__ = __radd__ = __sub__ = __rsub__ = __or__ = __ror__ = __and__ = __getitem__ = _operation

    def _comparison(self, *_):
        return False

    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _comparison

    def __instancecheck__(self, _):
        return False

    def __setitem__(self, *_):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def __deepcopy__(self, _):
        return self

    def __fspath__(self):
        return str(self)

    def __call__(self, *args, **kwargs):
        return Stub(f"{self.__name__}()")

    def __mro_entries__(self, bases):
        return ()

    def __iter__(self):
        return iter(())

    def __str__(self):
        return f"<stub {self.__name__}>"


class StubFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last: finds what nobody else does, if it is none of the project's own."""

    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top in request["ownPackages"] or top in request["absent"] or not is_import_of_project():
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Stub(spec.name)

    def exec_module(self, module):
        pass


def is_import_of_project():
    """Libraries have their own ways to do without others."""
    frame = sys._getframe(1)
    while frame and ("importlib" in frame.f_code.co_filename or frame.f_code.co_filename == __file__):
        frame = frame.f_back
    path = frame.f_code.co_filename if frame else ""
    return any(path.startswith(folder) for folder in request["importPath"])


sys.meta_path.append(StubFinder())


def plain(value, depth=0):
    if depth > 12:
        return {"object": "too deep"}
    if isinstance(value, Stub):
        return {"stub": value.__name__}
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        # Subclasses are texts that are made later, or marked as safe.
        return str.__str__(value)
    if isinstance(value, pathlib.PurePath):
        return str(value)
    if isinstance(value, dict):
        if all(isinstance(key, str) for key in value):
            return {"mapping": {key: plain(entry, depth + 1) for key, entry in value.items()}}
        return {"object": "dict with other keys"}
    if isinstance(value, (list, tuple)):
        return {"sequence": [plain(entry, depth + 1) for entry in value]}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((plain(entry, depth + 1) for entry in value), key=repr)}
    kind = value if isinstance(value, type) else type(value)
    return {"object": f"{kind.__module__}.{kind.__qualname__}"}


def settings_of(name):
    if "DJANGO_CONFIGURATION" in os.environ:
        # Puts the attributes of the chosen class into the module.
        from configurations import importer

        importer.install()
    module = importlib.import_module(name)
    names = {name for name in dir(module) if name.isupper()}
    if "DJANGO_CONFIGURATION" in os.environ:
        # The library's classes have all of Django's defaults as attributes.
        from django.conf import global_settings

        names = {
            name
            for name in names
            if getattr(module, name) != getattr(global_settings, name, getattr(module, name) is None)
        }
    return {name: plain(getattr(module, name)) for name in names}


try:
    result = {"settings": settings_of(request["module"])}
except BaseException as error:  # also what leaves by sys.exit()
    result = {"error": f"{type(error).__name__}: {error}"}
with open(output, "w", encoding="utf-8") as file:
    json.dump(result, file)
os._exit(0)
