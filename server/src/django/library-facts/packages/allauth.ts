import {
  column,
  foreignKey,
  type LibraryModel,
  libraryModel,
  manyToMany,
  userModel,
} from "../library-model.ts";

export const allauth: readonly LibraryModel[] = [
  libraryModel("allauth.account.models.EmailAddress", "account", {
    fields: {
      user: foreignKey(userModel),
      email: column("EmailField", { indexed: true }),
      verified: column("BooleanField", { hasDefault: true }),
      primary: column("BooleanField", { hasDefault: true }),
    },
    managers: ["objects"],
    meta: { uniqueTogether: [["user", "email"]] },
  }),
  libraryModel("allauth.account.models.EmailConfirmation", "account", {
    fields: {
      email_address: foreignKey("account.EmailAddress"),
      created: column("DateTimeField", { hasDefault: true }),
      sent: column("DateTimeField", { null: true }),
      key: column("CharField", { unique: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("allauth.mfa.models.Authenticator", "mfa", {
    fields: {
      user: foreignKey(userModel),
      type: column("CharField", { choices: 3 }),
      data: column("JSONField"),
      created_at: column("DateTimeField", { hasDefault: true }),
      last_used_at: column("DateTimeField", { null: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("allauth.socialaccount.models.SocialAccount", "socialaccount", {
    fields: {
      user: foreignKey(userModel),
      provider: column("CharField"),
      uid: column("CharField"),
      last_login: column("DateTimeField", { autoNow: true }),
      date_joined: column("DateTimeField", { autoNowAdd: true }),
      extra_data: column("JSONField", { hasDefault: true }),
    },
    meta: { uniqueTogether: [["provider", "uid"]] },
  }),
  libraryModel("allauth.socialaccount.models.SocialApp", "socialaccount", {
    fields: {
      provider: column("CharField"),
      provider_id: column("CharField"),
      name: column("CharField"),
      client_id: column("CharField"),
      secret: column("CharField"),
      key: column("CharField"),
      settings: column("JSONField", { hasDefault: true }),
      sites: manyToMany("sites.Site"),
    },
    managers: ["objects"],
  }),
  libraryModel("allauth.socialaccount.models.SocialToken", "socialaccount", {
    fields: {
      app: foreignKey("socialaccount.SocialApp", { null: true }),
      account: foreignKey("socialaccount.SocialAccount"),
      token: column("TextField"),
      token_secret: column("TextField"),
      expires_at: column("DateTimeField", { null: true }),
    },
    meta: { uniqueTogether: [["app", "account"]] },
  }),
  libraryModel("allauth.usersessions.models.UserSession", "usersessions", {
    fields: {
      user: foreignKey(userModel),
      created_at: column("DateTimeField", { hasDefault: true }),
      ip: column("GenericIPAddressField"),
      last_seen_at: column("DateTimeField", { hasDefault: true }),
      session_key: column("CharField", { unique: true }),
      user_agent: column("CharField"),
      data: column("JSONField", { hasDefault: true }),
    },
    managers: ["objects"],
  }),
];
