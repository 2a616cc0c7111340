import { column, foreignKey, type LibraryModel, libraryModel, userModel } from "../library-model.ts";

export const socialDjango: readonly LibraryModel[] = [
  libraryModel("social_django.models.AbstractUserSocialAuth", "social_django", {
    abstract: true,
    fields: {
      user: foreignKey(userModel, { relatedName: "social_auth" }),
      provider: column("CharField"),
      id_key: column("CharField", { hasDefault: true }),
      uid: column("CharField", { indexed: true }),
      extra_data: column("JSONField", { hasDefault: true }),
      created: column("DateTimeField", { autoNowAdd: true }),
      modified: column("DateTimeField", { autoNow: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("social_django.models.Association", "social_django", {
    fields: {
      server_url: column("CharField"),
      handle: column("CharField"),
      secret: column("CharField"),
      issued: column("IntegerField"),
      lifetime: column("IntegerField"),
      assoc_type: column("CharField"),
    },
    meta: { uniqueTogether: [["server_url", "handle"]], dbTable: "social_auth_association" },
  }),
  libraryModel("social_django.models.Code", "social_django", {
    fields: {
      email: column("EmailField"),
      code: column("CharField", { indexed: true }),
      verified: column("BooleanField", { hasDefault: true }),
      timestamp: column("DateTimeField", { indexed: true, autoNowAdd: true }),
    },
    meta: { uniqueTogether: [["email", "code"]], dbTable: "social_auth_code" },
  }),
  libraryModel("social_django.models.Nonce", "social_django", {
    fields: {
      server_url: column("CharField"),
      timestamp: column("IntegerField", { indexed: true }),
      salt: column("CharField"),
    },
    meta: { uniqueTogether: [["server_url", "timestamp", "salt"]], dbTable: "social_auth_nonce" },
  }),
  libraryModel("social_django.models.Partial", "social_django", {
    fields: {
      token: column("CharField", { indexed: true }),
      next_step: column("PositiveSmallIntegerField", { hasDefault: true }),
      backend: column("CharField"),
      data: column("JSONField", { hasDefault: true }),
      timestamp: column("DateTimeField", { indexed: true, autoNowAdd: true }),
    },
    meta: { dbTable: "social_auth_partial" },
  }),
  libraryModel("social_django.models.UserSocialAuth", "social_django", {
    bases: ["social_django.models.AbstractUserSocialAuth"],
    meta: { uniqueTogether: [["provider", "uid"]], dbTable: "social_auth_usersocialauth" },
  }),
];
