"""Runs in Pyodide: packs its standard library into /python_stdlib.zip, compiled. Pyodide ships it as sources."""
import sys
import zipfile

from packing import write

sources = next(path for path in sys.path if path.endswith(".zip"))
with zipfile.ZipFile(sources) as library, zipfile.ZipFile("/python_stdlib.zip", "w") as archive:
    for name in sorted(library.namelist()):
        write(archive, sources, name, library.read(name))
