"""Archives that Python imports compiled modules from. Compiled by the Python that will read them."""
import zipfile
from importlib._bootstrap_external import _code_to_timestamp_pyc

#: The date that every entry gets, so that the same sources give the same archive.
_DATE = (1980, 1, 1, 0, 0, 0)


def write(archive, path, name, content):
    """Adds a file to an archive that will lie at the path; a module is compiled."""
    if name.endswith(".py"):
        code = compile(content, "%s/%s" % (path, name), "exec", dont_inherit=True, optimize=0)
        name, content = name + "c", bytes(_code_to_timestamp_pyc(code, 0, 0))
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
