import {
  column,
  foreignKey,
  genericForeignKey,
  genericRelation,
  type LibraryModel,
  libraryModel,
  manyToMany,
  oneToOne,
  swappable,
  taggable,
  userModel,
} from "../library-model.ts";

export const wagtail: readonly LibraryModel[] = [
  libraryModel("wagtail.admin.models.Admin", "wagtailadmin"),
  libraryModel("wagtail.admin.models.EditingSession", "wagtailadmin", {
    fields: {
      user: foreignKey(userModel, { relatedName: "editing_sessions" }),
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      object_id: column("CharField"),
      content_object: genericForeignKey("content_type", "object_id"),
      last_seen_at: column("DateTimeField"),
      is_editing: column("BooleanField", { hasDefault: true }),
    },
    managers: ["objects"],
    meta: { indexes: [["content_type", "object_id"]] },
  }),
  libraryModel("wagtail.admin.models.FormState", "wagtailadmin", {
    fields: {
      data: column("TextField"),
      user: foreignKey(userModel, { relatedName: "wagtail_form_states" }),
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      object_id: column("CharField"),
      content_object: genericForeignKey("content_type", "object_id"),
      parent_object_id: column("CharField"),
      last_updated_at: column("DateTimeField"),
    },
    managers: ["objects"],
    meta: {
      ordering: ["-last_updated_at"],
      indexes: [["user", "content_type", "object_id", "parent_object_id"]],
    },
  }),
  libraryModel("wagtail.contrib.forms.models.AbstractFormSubmission", "wagtailforms", {
    abstract: true,
    fields: {
      form_data: column("JSONField"),
      page: foreignKey(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page")),
      submit_time: column("DateTimeField", { autoNowAdd: true }),
    },
  }),
  libraryModel("wagtail.contrib.forms.models.EmailFormMixin", "wagtailforms", {
    abstract: true,
    fields: {
      to_address: column("CharField"),
      from_address: column("EmailField"),
      subject: column("CharField"),
    },
  }),
  libraryModel("wagtail.contrib.redirects.models.Redirect", "wagtailredirects", {
    fields: {
      old_path: column("CharField", { indexed: true }),
      site: foreignKey("wagtailcore.Site", { null: true, relatedName: "redirects" }),
      is_permanent: column("BooleanField", { hasDefault: true }),
      redirect_page: foreignKey(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page"), { null: true }),
      redirect_page_route_path: column("CharField"),
      redirect_link: column("URLField"),
      automatically_created: column("BooleanField", { hasDefault: true }),
      created_at: column("DateTimeField", { null: true, autoNowAdd: true }),
    },
    meta: { uniqueTogether: [["old_path", "site"]] },
  }),
  libraryModel("wagtail.contrib.search_promotions.models.Query", "wagtailsearchpromotions", {
    fields: { query_string: column("CharField", { unique: true }) },
  }),
  libraryModel("wagtail.contrib.search_promotions.models.QueryDailyHits", "wagtailsearchpromotions", {
    fields: {
      query: foreignKey("wagtailsearchpromotions.Query", { relatedName: "daily_hits" }),
      date: column("DateField"),
      hits: column("IntegerField", { hasDefault: true }),
    },
    meta: { uniqueTogether: [["query", "date"]] },
  }),
  libraryModel("wagtail.contrib.search_promotions.models.SearchPromotion", "wagtailsearchpromotions", {
    fields: {
      query: foreignKey("wagtailsearchpromotions.Query", { relatedName: "editors_picks" }),
      page: foreignKey(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page"), { null: true }),
      external_link_url: column("URLField"),
      external_link_text: column("CharField", { null: true }),
      description: column("TextField"),
      sort_order: column("IntegerField", { null: true }),
    },
    meta: { ordering: ["sort_order"] },
  }),
  libraryModel("wagtail.contrib.settings.models.AbstractSetting", "wagtailsettings", { abstract: true }),
  libraryModel("wagtail.embeds.models.Embed", "wagtailembeds", {
    fields: {
      url: column("TextField"),
      max_width: column("SmallIntegerField", { null: true }),
      hash: column("CharField", { unique: true }),
      type: column("CharField", { choices: 4 }),
      html: column("TextField"),
      title: column("TextField"),
      author_name: column("TextField"),
      provider_name: column("TextField"),
      thumbnail_url: column("TextField"),
      width: column("IntegerField", { null: true }),
      height: column("IntegerField", { null: true }),
      last_updated: column("DateTimeField", { autoNow: true }),
      cache_until: column("DateTimeField", { null: true, indexed: true }),
    },
  }),
  libraryModel("wagtail.images.models.AbstractRendition", "wagtailimages", {
    abstract: true,
    fields: {
      filter_spec: column("CharField", { indexed: true }),
      file: column("WagtailImageField", { base: "ImageField" }),
      width: column("IntegerField"),
      height: column("IntegerField"),
      focal_point_key: column("CharField", { hasDefault: true }),
    },
  }),
  libraryModel("wagtail.models.APIToken", "wagtailcore", {
    fields: {
      user: foreignKey(userModel, { relatedName: "api_tokens" }),
      name: column("CharField"),
      key_hash: column("CharField", { unique: true }),
      prefix: column("CharField"),
      created: column("DateTimeField", { autoNowAdd: true }),
      revoked_at: column("DateTimeField", { null: true }),
      last_used_at: column("DateTimeField", { null: true }),
    },
  }),
  libraryModel("wagtail.models.AbstractWorkflow", "wagtailcore", {
    bases: ["modelcluster.models.ClusterableModel"],
    abstract: true,
    fields: { name: column("CharField"), active: column("BooleanField", { hasDefault: true }) },
    managers: ["objects"],
  }),
  libraryModel("wagtail.models.BaseLogEntry", "wagtailcore", {
    abstract: true,
    fields: {
      content_type: foreignKey("contenttypes.ContentType", { null: true, relatedName: "+" }),
      label: column("TextField"),
      action: column("CharField", { indexed: true }),
      data: column("JSONField", { hasDefault: true }),
      timestamp: column("DateTimeField", { indexed: true }),
      uuid: column("UUIDField", { null: true }),
      user: foreignKey(userModel, { null: true, databaseConstraint: false, relatedName: "+" }),
      revision: foreignKey("wagtailcore.Revision", {
        null: true,
        databaseConstraint: false,
        relatedName: "+",
      }),
      content_changed: column("BooleanField", { indexed: true, hasDefault: true }),
      deleted: column("BooleanField", { hasDefault: true }),
    },
    managers: ["objects"],
    meta: { ordering: ["-timestamp"], indexes: [["uuid", "action", "-timestamp"]] },
  }),
  libraryModel("wagtail.models.BaseViewRestriction", "wagtailcore", {
    abstract: true,
    fields: {
      restriction_type: column("CharField", { choices: 4 }),
      password: column("CharField"),
      groups: manyToMany("auth.Group"),
    },
  }),
  libraryModel("wagtail.models.Collection", "wagtailcore", {
    bases: ["treebeard.mp_tree.MP_Node"],
    fields: { name: column("CharField") },
    managers: ["objects"],
  }),
  libraryModel("wagtail.models.CollectionMember", "wagtailcore", {
    abstract: true,
    fields: { collection: foreignKey("wagtailcore.Collection", { hasDefault: true, relatedName: "+" }) },
  }),
  libraryModel("wagtail.models.Comment", "wagtailcore", {
    bases: ["modelcluster.models.ClusterableModel"],
    fields: {
      page: foreignKey(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page"), {
        className: "ParentalKey",
        relatedName: "wagtail_admin_comments",
      }),
      user: foreignKey(userModel, { relatedName: "wagtail_admin_comments" }),
      text: column("TextField"),
      contentpath: column("TextField"),
      position: column("TextField"),
      created_at: column("DateTimeField", { autoNowAdd: true }),
      updated_at: column("DateTimeField", { autoNow: true }),
      revision_created: foreignKey("wagtailcore.Revision", { null: true, relatedName: "created_comments" }),
      resolved_at: column("DateTimeField", { null: true }),
      resolved_by: foreignKey(userModel, { null: true, relatedName: "comments_resolved" }),
    },
  }),
  libraryModel("wagtail.models.CommentReply", "wagtailcore", {
    fields: {
      comment: foreignKey("wagtailcore.Comment", { className: "ParentalKey", relatedName: "replies" }),
      user: foreignKey(userModel, { relatedName: "comment_replies" }),
      text: column("TextField"),
      created_at: column("DateTimeField", { autoNowAdd: true }),
      updated_at: column("DateTimeField", { autoNow: true }),
    },
  }),
  libraryModel("wagtail.models.DraftStateMixin", "wagtailcore", {
    abstract: true,
    fields: {
      live: column("BooleanField", { hasDefault: true }),
      has_unpublished_changes: column("BooleanField", { hasDefault: true }),
      first_published_at: column("DateTimeField", { null: true, indexed: true }),
      last_published_at: column("DateTimeField", { null: true }),
      live_revision: foreignKey("wagtailcore.Revision", { null: true, relatedName: "+" }),
      go_live_at: column("DateTimeField", { null: true }),
      expire_at: column("DateTimeField", { null: true }),
      expired: column("BooleanField", { hasDefault: true }),
    },
  }),
  libraryModel("wagtail.models.GroupCollectionPermission", "wagtailcore", {
    fields: {
      group: foreignKey("auth.Group", { relatedName: "collection_permissions" }),
      collection: foreignKey("wagtailcore.Collection", { relatedName: "group_permissions" }),
      permission: foreignKey("auth.Permission"),
    },
    managers: ["objects"],
    meta: { uniqueTogether: [["group", "collection", "permission"]] },
  }),
  libraryModel("wagtail.models.GroupPagePermission", "wagtailcore", {
    fields: {
      group: foreignKey("auth.Group", { relatedName: "page_permissions" }),
      page: foreignKey(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page"), {
        relatedName: "group_permissions",
      }),
      permission: foreignKey("auth.Permission"),
    },
    managers: ["objects"],
    meta: { uniqueConstraints: [["group", "page", "permission"]] },
  }),
  libraryModel("wagtail.models.GroupSitePermission", "wagtailcore", {
    fields: {
      group: foreignKey("auth.Group", { relatedName: "site_permissions" }),
      site: foreignKey("wagtailcore.Site", { relatedName: "group_permissions" }),
      permission: foreignKey("auth.Permission"),
    },
    managers: ["objects"],
    meta: { uniqueTogether: [["group", "site", "permission"]] },
  }),
  libraryModel("wagtail.models.Locale", "wagtailcore", {
    fields: { language_code: column("CharField", { unique: true }) },
    managers: ["objects", "all_objects"],
    meta: { ordering: ["language_code"] },
  }),
  libraryModel("wagtail.models.LockableMixin", "wagtailcore", {
    abstract: true,
    fields: {
      locked: column("BooleanField", { hasDefault: true }),
      locked_at: column("DateTimeField", { null: true }),
      locked_by: foreignKey(userModel, { null: true, relatedName: "locked_%(class)ss" }),
    },
  }),
  libraryModel("wagtail.models.Orderable", "wagtailcore", {
    abstract: true,
    fields: { sort_order: column("IntegerField", { null: true }) },
    meta: { ordering: ["sort_order"] },
  }),
  libraryModel("wagtail.models.PageSubscription", "wagtailcore", {
    fields: {
      user: foreignKey(userModel, { relatedName: "page_subscriptions" }),
      page: foreignKey(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page"), { relatedName: "subscribers" }),
      comment_notifications: column("BooleanField"),
    },
    meta: { uniqueTogether: [["page", "user"]] },
  }),
  libraryModel("wagtail.models.ReferenceIndex", "wagtailcore", {
    fields: {
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      base_content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      object_id: column("CharField"),
      to_content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      to_object_id: column("CharField"),
      model_path: column("TextField"),
      content_path: column("TextField"),
      content_path_hash: column("UUIDField"),
    },
    managers: ["objects"],
    meta: {
      uniqueTogether: [
        ["base_content_type", "object_id", "to_content_type", "to_object_id", "content_path_hash"],
      ],
      indexes: [
        ["base_content_type", "object_id"],
        ["to_content_type", "to_object_id"],
      ],
    },
  }),
  libraryModel("wagtail.models.Revision", "wagtailcore", {
    fields: {
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      base_content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      object_id: column("CharField"),
      created_at: column("DateTimeField", { indexed: true }),
      user: foreignKey(userModel, { null: true, relatedName: "wagtail_revisions" }),
      object_str: column("TextField", { hasDefault: true }),
      content: column("JSONField"),
      approved_go_live_at: column("DateTimeField", { null: true, indexed: true }),
      content_object: genericForeignKey("content_type", "object_id"),
    },
    managers: ["objects", "page_revisions?"],
    meta: {
      indexes: [
        ["content_type", "object_id"],
        ["base_content_type", "object_id"],
      ],
    },
  }),
  libraryModel("wagtail.models.RevisionMixin", "wagtailcore", {
    abstract: true,
    fields: {
      latest_revision: foreignKey("wagtailcore.Revision", { null: true, relatedName: "+" }),
      _revisions: genericRelation("wagtailcore.Revision", {
        contentTypeField: "content_type",
        objectIdField: "object_id",
      }),
    },
  }),
  libraryModel("wagtail.models.ShowInMenusMixin", "wagtailcore", {
    abstract: true,
    fields: { show_in_menus: column("BooleanField", { hasDefault: true }) },
  }),
  libraryModel("wagtail.models.Site", "wagtailcore", {
    fields: {
      hostname: column("CharField", { indexed: true }),
      port: column("IntegerField", { hasDefault: true }),
      site_name: column("CharField"),
      root_page: foreignKey(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page"), {
        relatedName: "sites_rooted_here",
      }),
      is_default_site: column("BooleanField", { hasDefault: true }),
    },
    managers: ["objects"],
    meta: { uniqueTogether: [["hostname", "port"]] },
  }),
  libraryModel("wagtail.models.Task", "wagtailcore", {
    fields: {
      name: column("CharField"),
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "wagtail_tasks" }),
      active: column("BooleanField", { hasDefault: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("wagtail.models.TaskState", "wagtailcore", {
    fields: {
      workflow_state: foreignKey("wagtailcore.WorkflowState", { relatedName: "task_states" }),
      revision: foreignKey("wagtailcore.Revision", { relatedName: "task_states" }),
      task: foreignKey("wagtailcore.Task", { relatedName: "task_states" }),
      status: column("CharField", { hasDefault: true, choices: 5 }),
      started_at: column("DateTimeField", { autoNowAdd: true }),
      finished_at: column("DateTimeField", { null: true }),
      finished_by: foreignKey(userModel, { null: true, relatedName: "finished_task_states" }),
      comment: column("TextField"),
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "wagtail_task_states" }),
    },
    managers: ["objects"],
  }),
  libraryModel("wagtail.models.TranslatableMixin", "wagtailcore", {
    abstract: true,
    fields: {
      translation_key: column("UUIDField", { hasDefault: true }),
      locale: foreignKey("wagtailcore.Locale", { relatedName: "+" }),
    },
    meta: { uniqueTogether: [["translation_key", "locale"]] },
  }),
  libraryModel("wagtail.models.UploadedFile", "wagtailcore", {
    fields: {
      for_content_type: foreignKey("contenttypes.ContentType", { null: true, relatedName: "uploads" }),
      file: column("FileField"),
      uploaded_by_user: foreignKey(userModel, { null: true }),
    },
  }),
  libraryModel("wagtail.models.WorkflowContentType", "wagtailcore", {
    fields: {
      content_type: oneToOne("contenttypes.ContentType", {
        primaryKey: true,
        relatedName: "wagtail_workflow_content_type",
      }),
      workflow: foreignKey("wagtailcore.Workflow", { relatedName: "workflow_content_types" }),
    },
  }),
  libraryModel("wagtail.models.WorkflowMixin", "wagtailcore", {
    abstract: true,
    fields: {
      _workflow_states: genericRelation("wagtailcore.WorkflowState", {
        contentTypeField: "base_content_type",
        objectIdField: "object_id",
      }),
    },
  }),
  libraryModel("wagtail.models.WorkflowPage", "wagtailcore", {
    fields: {
      page: oneToOne(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page"), { primaryKey: true }),
      workflow: foreignKey("wagtailcore.Workflow", { relatedName: "workflow_pages" }),
    },
  }),
  libraryModel("wagtail.models.WorkflowState", "wagtailcore", {
    fields: {
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      base_content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      object_id: column("CharField"),
      content_object: genericForeignKey("base_content_type", "object_id"),
      workflow: foreignKey("wagtailcore.Workflow", { relatedName: "workflow_states" }),
      status: column("CharField", { hasDefault: true, choices: 4 }),
      created_at: column("DateTimeField", { autoNowAdd: true }),
      requested_by: foreignKey(userModel, { null: true, relatedName: "requested_workflows" }),
      current_task_state: oneToOne("wagtailcore.TaskState", { null: true }),
    },
    managers: ["objects"],
    meta: {
      indexes: [
        ["content_type", "object_id"],
        ["base_content_type", "object_id"],
      ],
    },
  }),
  libraryModel("wagtail.search.models.IndexEntry", "wagtailsearch", {
    fields: {
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "+" }),
      object_id: column("CharField"),
      title_norm: column("FloatField", { hasDefault: true }),
      content_object: genericForeignKey("content_type", "object_id"),
    },
    meta: { uniqueTogether: [["content_type", "object_id"]] },
  }),
  libraryModel("wagtail.users.models.UserProfile", "wagtailusers", {
    fields: {
      user: oneToOne(userModel, { relatedName: "wagtail_userprofile" }),
      submitted_notifications: column("BooleanField", { hasDefault: true }),
      approved_notifications: column("BooleanField", { hasDefault: true }),
      rejected_notifications: column("BooleanField", { hasDefault: true }),
      updated_comments_notifications: column("BooleanField", { hasDefault: true }),
      preferred_language: column("CharField", { hasDefault: true }),
      current_time_zone: column("CharField", { hasDefault: true }),
      avatar: column("ImageField"),
      dismissibles: column("JSONField", { hasDefault: true }),
      theme: column("CharField", { hasDefault: true, choices: 3 }),
      contrast: column("CharField", { hasDefault: true, choices: 2 }),
      density: column("CharField", { hasDefault: true, choices: 2 }),
      keyboard_shortcuts: column("BooleanField", { hasDefault: true }),
    },
  }),
  libraryModel("wagtail.contrib.forms.models.AbstractFormField", "wagtailforms", {
    bases: ["wagtail.models.Orderable"],
    abstract: true,
    fields: {
      clean_name: column("CharField", { hasDefault: true }),
      label: column("CharField"),
      field_type: column("CharField", { choices: 13 }),
      required: column("BooleanField", { hasDefault: true }),
      choices: column("TextField"),
      default_value: column("TextField"),
      help_text: column("CharField"),
    },
    meta: { ordering: ["sort_order"] },
  }),
  libraryModel("wagtail.contrib.forms.models.FormSubmission", "wagtailforms", {
    bases: ["wagtail.contrib.forms.models.AbstractFormSubmission"],
  }),
  libraryModel("wagtail.contrib.settings.models.BaseGenericSetting", "wagtailsettings", {
    bases: ["wagtail.contrib.settings.models.AbstractSetting"],
    abstract: true,
  }),
  libraryModel("wagtail.contrib.settings.models.BaseSiteSetting", "wagtailsettings", {
    bases: ["wagtail.contrib.settings.models.AbstractSetting"],
    abstract: true,
    fields: { site: oneToOne("wagtailcore.Site") },
  }),
  libraryModel("wagtail.documents.models.AbstractDocument", "wagtaildocs", {
    bases: ["wagtail.models.CollectionMember"],
    abstract: true,
    fields: {
      title: column("CharField"),
      file: column("FileField"),
      created_at: column("DateTimeField", { autoNowAdd: true }),
      uploaded_by_user: foreignKey(userModel, { null: true }),
      tags: taggable("TaggableManager", "taggit.Tag", "taggit.TaggedItem"),
      file_size: column("PositiveBigIntegerField", { null: true }),
      file_hash: column("CharField"),
    },
    managers: ["objects"],
  }),
  libraryModel("wagtail.images.models.AbstractImage", "wagtailimages", {
    bases: ["wagtail.models.CollectionMember"],
    abstract: true,
    fields: {
      title: column("CharField"),
      file: column("WagtailImageField", { base: "ImageField" }),
      description: column("CharField", { hasDefault: true }),
      width: column("IntegerField"),
      height: column("IntegerField"),
      created_at: column("DateTimeField", { indexed: true, autoNowAdd: true }),
      uploaded_by_user: foreignKey(userModel, { null: true }),
      tags: taggable("TaggableManager", "taggit.Tag", "taggit.TaggedItem"),
      focal_point_x: column("PositiveIntegerField", { null: true }),
      focal_point_y: column("PositiveIntegerField", { null: true }),
      focal_point_width: column("PositiveIntegerField", { null: true }),
      focal_point_height: column("PositiveIntegerField", { null: true }),
      file_size: column("PositiveIntegerField", { null: true }),
      file_hash: column("CharField", { indexed: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("wagtail.images.models.Rendition", "wagtailimages", {
    bases: ["wagtail.images.models.AbstractRendition"],
    fields: { image: foreignKey("wagtailimages.Image", { relatedName: "renditions" }) },
    meta: { uniqueTogether: [["image", "filter_spec", "focal_point_key"]] },
  }),
  libraryModel("wagtail.models.AbstractGroupApprovalTask", "wagtailcore", {
    bases: ["wagtail.models.Task"],
    abstract: true,
    fields: { groups: manyToMany("auth.Group") },
  }),
  libraryModel("wagtail.models.BootstrapTranslatableMixin", "wagtailcore", {
    bases: ["wagtail.models.TranslatableMixin"],
    abstract: true,
    fields: {
      translation_key: column("UUIDField", { null: true }),
      locale: foreignKey("wagtailcore.Locale", { null: true, relatedName: "+" }),
    },
  }),
  libraryModel("wagtail.models.CollectionViewRestriction", "wagtailcore", {
    bases: ["wagtail.models.BaseViewRestriction"],
    fields: { collection: foreignKey("wagtailcore.Collection", { relatedName: "view_restrictions" }) },
  }),
  libraryModel("wagtail.models.DefaultBasePageMixin", "wagtailcore", {
    bases: ["wagtail.models.ShowInMenusMixin"],
    abstract: true,
    fields: { seo_title: column("CharField"), search_description: column("TextField") },
  }),
  libraryModel("wagtail.models.ModelLogEntry", "wagtailcore", {
    bases: ["wagtail.models.BaseLogEntry"],
    fields: { object_id: column("CharField", { indexed: true }) },
    managers: ["objects"],
    meta: { ordering: ["-timestamp", "-id"], indexes: [["uuid", "action", "-timestamp"]] },
  }),
  libraryModel("wagtail.models.PageLogEntry", "wagtailcore", {
    bases: ["wagtail.models.BaseLogEntry"],
    fields: {
      page: foreignKey(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page"), {
        databaseConstraint: false,
        relatedName: "+",
      }),
    },
    managers: ["objects"],
    meta: { ordering: ["-timestamp", "-id"], indexes: [["uuid", "action", "-timestamp"]] },
  }),
  libraryModel("wagtail.models.PageViewRestriction", "wagtailcore", {
    bases: ["wagtail.models.BaseViewRestriction"],
    fields: {
      page: foreignKey(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page"), {
        relatedName: "view_restrictions",
      }),
    },
  }),
  libraryModel("wagtail.models.Workflow", "wagtailcore", { bases: ["wagtail.models.AbstractWorkflow"] }),
  libraryModel("wagtail.models.WorkflowTask", "wagtailcore", {
    bases: ["wagtail.models.Orderable"],
    fields: {
      workflow: foreignKey("wagtailcore.Workflow", {
        className: "ParentalKey",
        relatedName: "workflow_tasks",
      }),
      task: foreignKey("wagtailcore.Task", { relatedName: "workflow_tasks" }),
    },
    meta: { ordering: ["sort_order"], uniqueTogether: [["workflow", "task"]] },
  }),
  libraryModel("wagtail.documents.models.Document", "wagtaildocs", {
    bases: ["wagtail.documents.models.AbstractDocument"],
    fields: {
      tagged_items: genericRelation("taggit.TaggedItem", {
        contentTypeField: "content_type",
        objectIdField: "object_id",
      }),
      index_entries: genericRelation("wagtailsearch.IndexEntry", {
        className: "TextIDGenericRelation",
        contentTypeField: "content_type",
        objectIdField: "object_id",
      }),
    },
  }),
  libraryModel("wagtail.images.models.Image", "wagtailimages", {
    bases: ["wagtail.images.models.AbstractImage"],
    fields: {
      tagged_items: genericRelation("taggit.TaggedItem", {
        contentTypeField: "content_type",
        objectIdField: "object_id",
      }),
      index_entries: genericRelation("wagtailsearch.IndexEntry", {
        className: "TextIDGenericRelation",
        contentTypeField: "content_type",
        objectIdField: "object_id",
      }),
    },
  }),
  libraryModel("wagtail.models.GroupApprovalTask", "wagtailcore", {
    bases: ["wagtail.models.AbstractGroupApprovalTask"],
  }),
  libraryModel("wagtail.models.AbstractPage", "wagtailcore", {
    bases: [
      "wagtail.models.WorkflowMixin",
      "wagtail.models.DraftStateMixin",
      "wagtail.models.LockableMixin",
      "wagtail.models.RevisionMixin",
      "wagtail.models.TranslatableMixin",
      "modelcluster.models.ClusterableModel",
      "treebeard.mp_tree.MP_Node",
    ],
    abstract: true,
    fields: {
      title: column("CharField"),
      draft_title: column("CharField"),
      slug: column("SlugField"),
      content_type: foreignKey("contenttypes.ContentType", { relatedName: "pages" }),
      url_path: column("TextField"),
      owner: foreignKey(userModel, { null: true, relatedName: "owned_pages" }),
      latest_revision_created_at: column("DateTimeField", { null: true }),
      _revisions: genericRelation("wagtailcore.Revision", {
        contentTypeField: "content_type",
        objectIdField: "object_id",
      }),
      _workflow_states: genericRelation("wagtailcore.WorkflowState", {
        contentTypeField: "base_content_type",
        objectIdField: "object_id",
      }),
      _specific_workflow_states: genericRelation("wagtailcore.WorkflowState", {
        contentTypeField: "content_type",
        objectIdField: "object_id",
      }),
      alias_of: foreignKey(swappable("WAGTAIL_PAGE_MODEL", "wagtailcore.Page"), {
        null: true,
        relatedName: "aliases",
      }),
    },
    managers: ["objects"],
  }),
  libraryModel("wagtail.models.Page", "wagtailcore", {
    bases: ["wagtail.models.AbstractPage", "wagtail.models.DefaultBasePageMixin"],
    swappable: "WAGTAIL_PAGE_MODEL",
    fields: {
      index_entries: genericRelation("wagtailsearch.IndexEntry", {
        className: "TextIDGenericRelation",
        contentTypeField: "content_type",
        objectIdField: "object_id",
      }),
    },
    meta: { uniqueTogether: [["translation_key", "locale"]] },
  }),
  libraryModel("wagtail.contrib.forms.models.AbstractForm", "wagtailforms", {
    bases: ["wagtail.models.Page"],
    abstract: true,
  }),
  libraryModel("wagtail.contrib.forms.models.AbstractEmailForm", "wagtailforms", {
    bases: ["wagtail.contrib.forms.models.EmailFormMixin", "wagtail.models.Page"],
    abstract: true,
  }),
];
