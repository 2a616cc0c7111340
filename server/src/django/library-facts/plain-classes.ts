/** Classes of Django and of packages that change nothing about a model or a queryset that the analysis looks at. */

export const plainManagers: ReadonlySet<string> = new Set([
  "django.db.models.Manager",
  "django.db.models.BaseManager",
  "django.contrib.auth.models.BaseUserManager",
  "django.contrib.auth.models.UserManager",
  "django.contrib.auth.models.GroupManager",
  "django.contrib.auth.models.PermissionManager",
  "django.contrib.contenttypes.models.ContentTypeManager",
  "django.contrib.sites.models.SiteManager",
  "django.contrib.sites.managers.CurrentSiteManager",
  "django.contrib.gis.db.models.GeoManager",
  "django_scopes.ScopedManager",
  "django_scopes.manager.ScopedManager",
  "mptt.managers.TreeManager",
  "mptt.models.TreeManager",
  "model_utils.managers.InheritanceManager",
  "model_utils.managers.QueryManager",
  "model_utils.managers.SoftDeletableManager",
  "treebeard.mp_tree.MP_NodeManager",
  "treebeard.ns_tree.NS_NodeManager",
  "treebeard.al_tree.AL_NodeManager",
  "django_extensions.db.models.ActivatorModelManager",
  "parler.managers.TranslatableManager",
  "tree_queries.query.TreeManager",
  "wagtail.models.PageManager",
  "wagtail.models.BasePageManager",
  "psqlextra.manager.PostgresManager",
]);

const nestedSets = ["tree_id", "lft"];
const materializedPath = ["path"];

/**
 * Those of them whose querysets come in an order: that of the tree. By the columns of the order; none where they depend
 * on the model.
 */
export const orderedManagers: ReadonlyMap<string, readonly string[]> = new Map([
  ["mptt.managers.TreeManager", nestedSets],
  ["mptt.models.TreeManager", nestedSets],
  ["treebeard.mp_tree.MP_NodeManager", materializedPath],
  ["treebeard.ns_tree.NS_NodeManager", nestedSets],
  ["treebeard.al_tree.AL_NodeManager", []],
  ["wagtail.models.PageManager", materializedPath],
  ["wagtail.models.BasePageManager", materializedPath],
]);

export const plainQuerysets: ReadonlySet<string> = new Set([
  "django.db.models.QuerySet",
  "mptt.querysets.TreeQuerySet",
  "model_utils.managers.InheritanceQuerySet",
  "model_utils.managers.SoftDeletableQuerySet",
  "treebeard.mp_tree.MP_NodeQuerySet",
  "treebeard.ns_tree.NS_NodeQuerySet",
  "django_extensions.db.models.ActivatorQuerySet",
  "parler.managers.TranslatableQuerySet",
  "modelsearch.queryset.SearchableQuerySetMixin",
  "tree_queries.query.TreeQuerySet",
  "wagtail.query.PageQuerySet",
  "wagtail.query.TreeQuerySet",
  "wagtail.search.queryset.SearchableQuerySetMixin",
]);

export const harmlessClasses: ReadonlySet<string> = new Set([
  "dirtyfields.DirtyFieldsMixin",
  "django.db.models.Model",
  "django.utils.safestring.SafeText",
  "django_fsm.FSMModelMixin",
  "django_lifecycle.LifecycleModelMixin",
  "django_prometheus.models.ExportModelOperationsMixin",
  "model_utils.tracker.FieldInstanceTracker",
  "modelsearch.index.Indexed",
  "rules.contrib.models.RulesModelMixin",
  "wagtail.search.index.Indexed",
  "wagtail.contrib.routable_page.models.RoutablePageMixin",
  "wagtail.contrib.settings.models.AbstractSetting",
  "wagtail.models.PreviewableMixin",
  "wagtail.models.CollectionMember",
]);

/** Packages none of whose classes declares model fields: the standard library and typing helpers. */
export const harmlessPackages: ReadonlySet<string> = new Set([
  "abc",
  "builtins",
  "collections",
  "contextlib",
  "dataclasses",
  "datetime",
  "decimal",
  "enum",
  "functools",
  "itertools",
  "json",
  "logging",
  "operator",
  "pathlib",
  "re",
  "string",
  "threading",
  "time",
  "types",
  "typing",
  "typing_extensions",
  "uuid",
]);
