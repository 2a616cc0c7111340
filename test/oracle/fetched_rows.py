"""How many rows came with each query of Django's ORM: what a loop over its result grows with."""

import inspect
import re

from django.db.models.sql.compiler import SQLCompiler

fetched = {}  # rows by SQL since it was cleared; queries that prefetch for many rows are left out


def note_rows(execute_sql):
    def noting(self, *arguments, **named):
        answer = execute_sql(self, *arguments, **named)
        if inspect.isgenerator(answer) or type(answer).__name__ == "callable_iterator":
            answer = list(answer)  # of an iterator(), which nobody cares about here
        if isinstance(answer, list) and all(isinstance(chunk, (list, tuple)) for chunk in answer):
            sql = re.sub(r"\b(LIMIT|OFFSET) \d+", r"\1", self.as_sql()[0])
            if "IN (%s, " not in sql:
                fetched[sql] = max(fetched.get(sql, 0), sum(map(len, answer)))
        return answer

    return noting


SQLCompiler.execute_sql = note_rows(SQLCompiler.execute_sql)
