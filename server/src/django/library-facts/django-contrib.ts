/** Models of `django.contrib`. */
import {
  column,
  foreignKey,
  type LibraryModel,
  libraryModel,
  manyToMany,
  userModel,
} from "./library-model.ts";

export const djangoContrib: readonly LibraryModel[] = [
  libraryModel("django.contrib.contenttypes.models.ContentType", "contenttypes", {
    fields: { app_label: column("CharField"), model: column("CharField") },
    managers: ["objects"],
    meta: { dbTable: "django_content_type", uniqueTogether: [["app_label", "model"]] },
  }),

  libraryModel("django.contrib.auth.models.Permission", "auth", {
    fields: {
      name: column("CharField"),
      content_type: foreignKey("contenttypes.ContentType"),
      codename: column("CharField"),
    },
    managers: ["objects"],
    meta: {
      ordering: ["content_type__app_label", "content_type__model", "codename"],
      uniqueTogether: [["content_type", "codename"]],
    },
  }),
  libraryModel("django.contrib.auth.models.Group", "auth", {
    fields: { name: column("CharField", { unique: true }), permissions: manyToMany("auth.Permission") },
    managers: ["objects"],
  }),
  libraryModel("django.contrib.auth.models.AbstractBaseUser", "auth", {
    abstract: true,
    fields: { password: column("CharField"), last_login: column("DateTimeField", { null: true }) },
  }),
  libraryModel("django.contrib.auth.models.PermissionsMixin", "auth", {
    abstract: true,
    fields: {
      is_superuser: column("BooleanField", { hasDefault: true }),
      groups: manyToMany("auth.Group", { relatedName: "user_set", relatedQueryName: "user" }),
      user_permissions: manyToMany("auth.Permission", { relatedName: "user_set", relatedQueryName: "user" }),
    },
  }),
  libraryModel("django.contrib.auth.models.AbstractUser", "auth", {
    abstract: true,
    bases: ["django.contrib.auth.models.AbstractBaseUser", "django.contrib.auth.models.PermissionsMixin"],
    fields: {
      username: column("CharField", { unique: true }),
      first_name: column("CharField"),
      last_name: column("CharField"),
      email: column("EmailField"),
      is_staff: column("BooleanField", { hasDefault: true }),
      is_active: column("BooleanField", { hasDefault: true }),
      date_joined: column("DateTimeField", { hasDefault: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("django.contrib.auth.models.User", "auth", {
    bases: ["django.contrib.auth.models.AbstractUser"],
    swappable: "AUTH_USER_MODEL",
  }),

  libraryModel("django.contrib.sessions.models.AbstractBaseSession", "sessions", {
    abstract: true,
    fields: {
      session_key: column("CharField", { primaryKey: true }),
      session_data: column("TextField"),
      expire_date: column("DateTimeField", { indexed: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("django.contrib.sessions.models.Session", "sessions", {
    bases: ["django.contrib.sessions.models.AbstractBaseSession"],
    managers: ["objects"],
    meta: { dbTable: "django_session" },
  }),

  libraryModel("django.contrib.sites.models.Site", "sites", {
    fields: { domain: column("CharField", { unique: true }), name: column("CharField") },
    managers: ["objects"],
    meta: { dbTable: "django_site", ordering: ["domain"] },
  }),

  libraryModel("django.contrib.admin.models.LogEntry", "admin", {
    fields: {
      action_time: column("DateTimeField", { hasDefault: true }),
      user: foreignKey(userModel),
      content_type: foreignKey("contenttypes.ContentType", { null: true }),
      object_id: column("TextField", { null: true }),
      object_repr: column("CharField"),
      action_flag: { ...column("PositiveSmallIntegerField"), choices: 3 },
      change_message: column("TextField"),
    },
    managers: ["objects"],
    meta: { dbTable: "django_admin_log", ordering: ["-action_time"] },
  }),

  libraryModel("django.contrib.flatpages.models.FlatPage", "flatpages", {
    fields: {
      url: column("CharField", { indexed: true }),
      title: column("CharField"),
      content: column("TextField"),
      enable_comments: column("BooleanField", { hasDefault: true }),
      template_name: column("CharField"),
      registration_required: column("BooleanField", { hasDefault: true }),
      sites: manyToMany("sites.Site"),
    },
    meta: { dbTable: "django_flatpage", ordering: ["url"] },
  }),

  libraryModel("django.contrib.redirects.models.Redirect", "redirects", {
    fields: {
      site: foreignKey("sites.Site"),
      old_path: column("CharField", { indexed: true }),
      new_path: column("CharField"),
    },
    meta: { dbTable: "django_redirect", ordering: ["old_path"], uniqueTogether: [["site", "old_path"]] },
  }),
];
