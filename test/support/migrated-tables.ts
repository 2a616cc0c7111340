/** A project on PostgreSQL with an application for each table, whose last migration does something to the table. */

/** What the migration does: QS512 speaks of the first, QS513 of the second. */
export type Migrated = "index" | "rows";

/** File texts by path. The application of `Parcel` is `parcel`, its table `parcel_parcel`. */
export function projectMigrating(names: readonly string[], migrated: Migrated): Record<string, string> {
  const applications = names.map((name) => name.toLowerCase());
  return {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
    "config/__init__.py": "",
    "config/settings.py": `INSTALLED_APPS = ${JSON.stringify(applications)}
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"}}
`,
    ...Object.assign({}, ...names.map((name) => application(name, migrations[migrated](name)))),
  };
}

function application(name: string, lastMigration: string): Record<string, string> {
  const folder = name.toLowerCase();
  return {
    [`${folder}/__init__.py`]: "",
    [`${folder}/models.py`]: `from django.db import models


class ${name}(models.Model):
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=40, default="")
    created = models.DateTimeField(auto_now_add=True)
`,
    [`${folder}/migrations/__init__.py`]: "",
    [`${folder}/migrations/0001_initial.py`]: `from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="${name}",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("code", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=40, default="")),
                ("created", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
`,
    [`${folder}/migrations/0002_more.py`]: lastMigration,
  };
}

const migrations: Readonly<Record<Migrated, (name: string) => string>> = {
  index: (name) => `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("${name.toLowerCase()}", "0001_initial")]
    operations = [
        migrations.AddIndex("${name.toLowerCase()}", models.Index(fields=["code"], name="by_code")),
    ]
`,
  rows: (name) => `from django.db import migrations


def fill(apps, schema_editor):
    ${name} = apps.get_model("${name.toLowerCase()}", "${name}")
    for row in ${name}.objects.all():
        row.label = row.code
        row.save()


class Migration(migrations.Migration):
    dependencies = [("${name.toLowerCase()}", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
`,
};
