"""Rows that the projects of many processes have in common: one process makes them, the others copy them.

Populating the base project takes longer than most of what is measured on it.
"""

import json
import pathlib
import sqlite3
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import signals

DESCRIPTION = "description.json"


class SharedRows(NamedTuple):
    folder: pathlib.Path
    # Names of the modules that made the rows.
    modules: list
    # The tables that they filled, with their SQL.
    tables: dict
    # How many times they asked for the time, by size.
    steps: dict

    def insert(self, connection, name):
        """Fills the tables of a database in which they are empty."""
        database = connection.connection
        database.execute("ATTACH ? AS shared", [str(database_in(self.folder, name))])
        with transaction.atomic():  # Rows refer to rows of tables that are filled later.
            for table in self.tables:
                database.execute(f'INSERT INTO main."{table}" SELECT * FROM shared."{table}"')
            # The last keys that SQLite gave away: new rows go on from there.
            database.executemany(
                "INSERT INTO main.sqlite_sequence SELECT * FROM shared.sqlite_sequence WHERE name = ?",
                [[table] for table in self.tables],
            )
        database.execute("DETACH shared")


def keep_rows(folder, files, databases):
    """Writes the rows of a project that is populated at all sizes, for `open_rows`."""
    folder.mkdir()
    for name, untouched in databases.by_size.items():
        kept = sqlite3.connect(database_in(folder, name))
        untouched.database.backup(kept)
        kept.close()
    empty = databases.empty.database
    modules = [module.__name__ for module in databases.modules]
    description = {
        "circumstances": circumstances(),
        "sources": {path: files[path] for path in map(path_of, [*modules, *modules_of_models()]) if path in files},
        "given": {table: rows for table in tables_of(empty) if (rows := rows_of(empty, table))},
        "modules": modules,
        "tables": {table: sql for table, sql in tables_of(empty).items() if not rows_of(empty, table)},
        "steps": databases.steps,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description), encoding="utf-8")


def open_rows(folder, files, modules, empty):
    """
    None where the populating modules of a project, whose tables are `empty`, may not begin with these very rows. Its
    models have to be those that had the rows, and nothing may listen to what is saved.
    """
    if not (folder / DESCRIPTION).exists():
        return None
    kept = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    own_tables = tables_of(empty)
    is_same = (
        circumstances() == kept["circumstances"]
        and [module.__name__ for module in modules][: len(kept["modules"])] == kept["modules"]
        and all(files.get(path) == text for path, text in kept["sources"].items())
        and all(own_tables.get(table) == sql for table, sql in kept["tables"].items())
        and all(row in rows_of(empty, table) for table, rows in kept["given"].items() for row in rows)
    )
    return SharedRows(folder, kept["modules"], kept["tables"], kept["steps"]) if is_same else None


def circumstances():
    """What rows depend on beside the code that makes them."""
    signals_of_models = [signal for signal in vars(signals).values() if isinstance(signal, signals.ModelSignal)]
    return {
        "time": [settings.USE_TZ, settings.TIME_ZONE],
        "receivers": sum(len(signal.receivers) for signal in signals_of_models),
    }


def modules_of_models():
    """Where the models are defined, and what they inherit."""
    return {base.__module__ for model in apps.get_models() for base in model.__mro__ if issubclass(base, models.Model)}


def path_of(module):
    return f"{module.replace('.', '/')}.py"


def database_in(folder, name):
    return folder / f"{name}.sqlite3"


def tables_of(database):
    """The SQL of each table."""
    return dict(
        database.execute(r"SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'")
    )


def rows_of(database, table):
    return [list(map(repr, row)) for row in database.execute(f'SELECT * FROM "{table}"')]
