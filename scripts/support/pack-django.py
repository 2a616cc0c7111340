"""Runs in Pyodide: packs the modules of /wheels into /django.zip, compiled, and their licences into /licences.json."""
import email
import json
import os
import re
import zipfile
from importlib._bootstrap_external import _code_to_timestamp_pyc

#: Catalogues, templates, style sheets and scripts: no SQL depends on them.
_LEFT_OUT = re.compile(
    r"(^|/)(locale/[^/]+/|static/|templates/|jinja2/|project_template/|app_template/)|^django/conf/locale/[^/]+/"
)
_KEPT_OF_METADATA = ("METADATA", "top_level.txt")
#: The date that every entry gets, so that the same wheels give the same archive.
_DATE = (1980, 1, 1, 0, 0, 0)

_LICENCES = {
    "BSD-3-Clause": re.compile(r"BSD-3-Clause|Redistribution and use in source[\s\S]*endorse"),
    "Apache-2.0": re.compile(r"Apache-2\.0|Apache License"),
}


def is_kept(name):
    if ".dist-info/" in name:
        return name.rpartition("/")[2] in _KEPT_OF_METADATA
    if _LEFT_OUT.search(name):
        return False
    return name.endswith(".py") or name.startswith("tzdata/")


def write(archive, name, content):
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def pack(wheel, archive):
    for name in sorted(wheel.namelist()):
        if not is_kept(name):
            continue
        content = wheel.read(name)
        if name.endswith(".py"):
            code = compile(content, "/django.zip/" + name, "exec", dont_inherit=True, optimize=0)
            write(archive, name + "c", bytes(_code_to_timestamp_pyc(code, 0, 0)))
        else:
            write(archive, name, content)


def licence(wheel):
    names = wheel.namelist()
    metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
    fields = email.message_from_bytes(wheel.read(metadata))
    texts = [
        wheel.read(name).decode()
        for name in sorted(names)
        if ".dist-info/" in name and re.match(r"(?i)licen[cs]e", name.rpartition("/")[2])
    ]
    text = "\n\n".join(texts)
    declared = fields.get("License-Expression") or fields.get("License") or ""
    identifier = next(key for key, pattern in _LICENCES.items() if pattern.search(declared) or pattern.search(text))
    return {"name": fields["Name"], "version": fields["Version"], "licence": identifier, "text": text}


licences = []
with zipfile.ZipFile("/django.zip", "w") as archive:
    for file in sorted(os.listdir("/wheels")):
        with zipfile.ZipFile("/wheels/" + file) as wheel:
            pack(wheel, archive)
            licences.append(licence(wheel))
with open("/licences.json", "w") as target:
    json.dump(licences, target)
