import {
  column,
  foreignKey,
  genericForeignKey,
  genericRelation,
  type LibraryModel,
  libraryModel,
  manyToMany,
  oneToOne,
  userModel,
} from "../library-model.ts";

export const cms: readonly LibraryModel[] = [
  libraryModel("cms.extensions.models.BaseExtension", "cms", { abstract: true }),
  libraryModel("cms.models.AbstractPagePermission", "cms", {
    abstract: true,
    fields: {
      user: foreignKey(userModel, { null: true }),
      group: foreignKey("auth.Group", { null: true }),
      can_change: column("BooleanField", { hasDefault: true }),
      can_add: column("BooleanField", { hasDefault: true }),
      can_delete: column("BooleanField", { hasDefault: true }),
      can_publish: column("BooleanField", { hasDefault: true }),
      can_change_advanced_settings: column("BooleanField", { hasDefault: true }),
      can_change_permissions: column("BooleanField", { hasDefault: true }),
      can_move_page: column("BooleanField", { hasDefault: true }),
      can_view: column("BooleanField", { hasDefault: true }),
    },
  }),
  libraryModel("cms.models.CMSPlugin", "cms", {
    fields: {
      placeholder: foreignKey("cms.Placeholder", { null: true }),
      parent: foreignKey("self", { null: true }),
      position: column("SmallIntegerField", { hasDefault: true }),
      language: column("CharField", { indexed: true }),
      plugin_type: column("CharField", { indexed: true }),
      creation_date: column("DateTimeField", { hasDefault: true }),
      changed_date: column("DateTimeField", { autoNow: true }),
    },
    meta: {
      ordering: ["position"],
      uniqueTogether: [["placeholder", "language", "position"]],
      indexes: [["placeholder", "language", "position"]],
    },
  }),
  libraryModel("cms.models.Page", "cms", {
    bases: ["treebeard.mp_tree.MP_Node"],
    fields: {
      parent: foreignKey("self", { null: true, relatedName: "children" }),
      site: foreignKey("sites.Site", { relatedName: "djangocms_pages" }),
      created_by: column("CharField"),
      changed_by: column("CharField"),
      creation_date: column("DateTimeField", { autoNowAdd: true }),
      changed_date: column("DateTimeField", { autoNow: true }),
      reverse_id: column("CharField", { null: true, indexed: true }),
      navigation_extenders: column("CharField", { null: true, indexed: true }),
      login_required: column("BooleanField", { hasDefault: true }),
      is_home: column("BooleanField", { indexed: true, hasDefault: true }),
      application_urls: column("CharField", { null: true, indexed: true }),
      application_namespace: column("CharField", { null: true }),
      is_page_type: column("BooleanField", { hasDefault: true }),
    },
    managers: ["objects"],
    meta: { ordering: ["path"] },
  }),
  libraryModel("cms.models.PageContent", "cms", {
    fields: {
      language: column("CharField", { indexed: true }),
      title: column("CharField"),
      page_title: column("CharField", { null: true }),
      menu_title: column("CharField", { null: true }),
      meta_description: column("TextField", { null: true }),
      redirect: column("CharField", { null: true }),
      slug: column("SlugField"),
      overwrite_url: column("CharField", { null: true }),
      page: foreignKey("cms.Page", { relatedName: "pagecontent_set" }),
      creation_date: column("DateTimeField", { hasDefault: true }),
      placeholders: genericRelation("cms.Placeholder", {
        className: "PlaceholderRelationField",
        contentTypeField: "content_type",
        objectIdField: "object_id",
      }),
      created_by: column("CharField"),
      changed_by: column("CharField"),
      changed_date: column("DateTimeField", { autoNow: true }),
      in_navigation: column("BooleanField", { indexed: true, hasDefault: true }),
      soft_root: column("BooleanField", { indexed: true, hasDefault: true }),
      template: column("CharField", { hasDefault: true }),
      limit_visibility_in_menu: column("SmallIntegerField", {
        null: true,
        indexed: true,
        hasDefault: true,
        choices: 3,
      }),
      xframe_options: column("IntegerField", { hasDefault: true, choices: 4 }),
    },
    managers: ["objects", "admin_manager"],
    meta: { uniqueTogether: [["language", "page"]] },
  }),
  libraryModel("cms.models.PageUrl", "cms", {
    fields: {
      slug: column("SlugField"),
      path: column("CharField", { null: true, indexed: true }),
      language: column("CharField", { indexed: true }),
      page: foreignKey("cms.Page", { relatedName: "urls" }),
      site: foreignKey("sites.Site", { relatedName: "djangocms_urls" }),
      managed: column("BooleanField", { hasDefault: true }),
    },
    managers: ["objects"],
    meta: {
      uniqueConstraints: [
        ["page", "language"],
        ["site", "language", "path"],
      ],
    },
  }),
  libraryModel("cms.models.PageUser", "cms", {
    bases: ["django.contrib.auth.models.User"],
    fields: { created_by: foreignKey(userModel, { null: true, relatedName: "created_users" }) },
    managers: ["objects"],
  }),
  libraryModel("cms.models.PageUserGroup", "cms", {
    bases: ["django.contrib.auth.models.Group"],
    fields: { created_by: foreignKey(userModel, { null: true, relatedName: "created_usergroups" }) },
  }),
  libraryModel("cms.models.Placeholder", "cms", {
    fields: {
      slot: column("CharField", { indexed: true }),
      default_width: column("PositiveSmallIntegerField", { null: true }),
      content_type: foreignKey("contenttypes.ContentType", { null: true }),
      object_id: column("PositiveIntegerField", { null: true }),
      source: genericForeignKey("content_type", "object_id"),
    },
    managers: ["objects"],
  }),
  libraryModel("cms.models.UrlconfRevision", "cms", { fields: { revision: column("CharField") } }),
  libraryModel("cms.models.UserSettings", "cms", {
    fields: {
      user: oneToOne(userModel, { relatedName: "djangocms_usersettings" }),
      language: column("CharField"),
      clipboard: foreignKey("cms.Placeholder", { className: "PlaceholderForeignKey", null: true }),
    },
  }),
  libraryModel("cms.utils.mptree.MaterializedPathMixin", "cms", {
    abstract: true,
    fields: {
      path: column("CharField", { unique: true }),
      depth: column("PositiveIntegerField"),
      numchild: column("PositiveIntegerField", { hasDefault: true }),
    },
  }),
  libraryModel("cms.extensions.models.PageContentExtension", "cms", {
    bases: ["cms.extensions.models.BaseExtension"],
    abstract: true,
    fields: { extended_object: oneToOne("cms.PageContent") },
  }),
  libraryModel("cms.extensions.models.PageExtension", "cms", {
    bases: ["cms.extensions.models.BaseExtension"],
    abstract: true,
    fields: { extended_object: oneToOne("cms.Page") },
  }),
  libraryModel("cms.models.AliasPluginModel", "cms", {
    bases: ["cms.models.CMSPlugin"],
    fields: {
      cmsplugin_ptr: oneToOne("cms.CMSPlugin", {
        primaryKey: true,
        parentLink: true,
        relatedName: "cms_aliasplugin",
      }),
      plugin: foreignKey("cms.CMSPlugin", { null: true, relatedName: "alias_reference" }),
      alias_placeholder: foreignKey("cms.Placeholder", { null: true, relatedName: "alias_placeholder" }),
    },
    meta: { ordering: ["position"] },
  }),
  libraryModel("cms.models.GlobalPagePermission", "cms", {
    bases: ["cms.models.AbstractPagePermission"],
    fields: {
      can_recover_page: column("BooleanField", { hasDefault: true }),
      sites: manyToMany("sites.Site"),
    },
    managers: ["objects"],
  }),
  libraryModel("cms.models.PagePermission", "cms", {
    bases: ["cms.models.AbstractPagePermission"],
    fields: {
      grant_on: column("IntegerField", { hasDefault: true, choices: 5 }),
      page: foreignKey("cms.Page", { null: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("cms.models.PageType", "cms", {
    bases: ["cms.models.Page"],
    proxy: true,
    meta: { ordering: ["path"] },
  }),
  libraryModel("cms.models.PlaceholderReference", "cms", {
    bases: ["cms.models.CMSPlugin"],
    fields: {
      cmsplugin_ptr: oneToOne("cms.CMSPlugin", {
        primaryKey: true,
        parentLink: true,
        relatedName: "cms_placeholderreference",
      }),
      name: column("CharField"),
      placeholders: genericRelation("cms.Placeholder", {
        className: "PlaceholderRelationField",
        contentTypeField: "content_type",
        objectIdField: "object_id",
      }),
    },
    meta: { ordering: ["position"] },
  }),
];
