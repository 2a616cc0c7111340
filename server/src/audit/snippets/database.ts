/** Reading from a replica, and figures that are computed ahead. */
import type { Snippet } from "../report.ts";

/** Reads go to the replica only where nothing was just written. */
export const replicaRouter: Snippet = {
  title: "A router that reads what was just written from the primary",
  explanation:
    'A replica lags a second or two behind. Within a transaction, for sessions and users, and for the rest of a request that wrote something, rows come from the primary. Add it to DATABASE_ROUTERS, and "common.routers.forget_writes" to MIDDLEWARE, in front of those that read.',
  language: "python",
  file: "common/routers.py",
  code: `from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS, transaction

REPLICA = "replica"
PRIMARY_APPS = {"sessions", "auth", "contenttypes"}

wrote = ContextVar("wrote", default=False)


def forget_writes(get_response):
    def middleware(request):
        token = wrote.set(request.method not in ("GET", "HEAD", "OPTIONS"))
        try:
            return get_response(request)
        finally:
            wrote.reset(token)

    return middleware


class ReplicaRouter:
    def db_for_read(self, model, **hints):
        if wrote.get() or model._meta.app_label in PRIMARY_APPS:
            return DEFAULT_DB_ALIAS
        if transaction.get_connection(DEFAULT_DB_ALIAS).in_atomic_block:
            return DEFAULT_DB_ALIAS
        return REPLICA

    def db_for_write(self, model, **hints):
        wrote.set(True)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first, second, **hints):
        # The replica has the same rows.
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db != REPLICA
`,
};

/** One join, so that nothing is counted twice. */
export const materialisedView: Snippet = {
  title: "Figures that the database computes ahead",
  explanation:
    "A materialised view holds the result of an aggregation until it is refreshed: by a task every few minutes, without blocking those who read, for which it needs the unique index. Names are examples. It joins one table: with a second one, each row would be counted several times.",
  language: "python",
  file: "reports/migrations/0002_project_figures.py",
  code: `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("projects", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE MATERIALIZED VIEW reports_projectfigures AS
                SELECT project.id AS project_id,
                       count(task.id) AS tasks,
                       count(task.id) FILTER (WHERE task.due < now()) AS overdue
                FROM projects_project AS project
                LEFT JOIN projects_task AS task ON task.project_id = project.id
                GROUP BY project.id;
                CREATE UNIQUE INDEX reports_projectfigures_project ON reports_projectfigures (project_id);
            """,
            reverse_sql="DROP MATERIALIZED VIEW reports_projectfigures",
            state_operations=[
                migrations.CreateModel(
                    name="ProjectFigures",
                    fields=[
                        (
                            "project",
                            models.OneToOneField(
                                "projects.Project", models.DO_NOTHING, primary_key=True, related_name="figures"
                            ),
                        ),
                        ("tasks", models.IntegerField()),
                        ("overdue", models.IntegerField()),
                    ],
                    options={"managed": False, "db_table": "reports_projectfigures"},
                ),
            ],
        ),
    ]


# reports/tasks.py, every five minutes:
#
#     with connection.cursor() as cursor:
#         cursor.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY reports_projectfigures")
`,
};
