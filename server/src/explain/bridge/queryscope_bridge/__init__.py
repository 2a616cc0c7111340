"""Lets Django say which SQL a queryset expression sends, without a database.

Runs in the interpreter of the analysed project. Nothing reaches a database, the network, another process or a
file: `guard` refuses it, `recorder` answers the queries that Django would send with made-up rows.
"""
