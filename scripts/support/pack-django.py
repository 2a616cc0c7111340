"""Runs in Pyodide: packs the modules of /wheels into /django.zip, compiled, and their licences into /licences.json."""
import email
import json
import os
import re
import zipfile

from packing import write

#: Catalogues, templates, style sheets and scripts: no SQL depends on them.
_LEFT_OUT = re.compile(
    r"(^|/)(locale/[^/]+/|static/|templates/|jinja2/|project_template/|app_template/)|^django/conf/locale/[^/]+/"
)
_KEPT_OF_METADATA = ("METADATA", "top_level.txt")

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


def pack(wheel, archive):
    for name in sorted(wheel.namelist()):
        if is_kept(name):
            write(archive, "/django.zip", name, wheel.read(name))


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
