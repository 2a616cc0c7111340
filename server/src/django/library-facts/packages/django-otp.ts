import { column, foreignKey, type LibraryModel, libraryModel, userModel } from "../library-model.ts";

export const djangoOtp: readonly LibraryModel[] = [
  libraryModel("django_otp.models.CooldownMixin", "django_otp", {
    abstract: true,
    fields: { last_generated_timestamp: column("DateTimeField", { null: true }) },
  }),
  libraryModel("django_otp.models.Device", "django_otp", {
    abstract: true,
    fields: {
      user: foreignKey(userModel),
      name: column("CharField"),
      confirmed: column("BooleanField", { hasDefault: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("django_otp.models.ThrottlingMixin", "django_otp", {
    abstract: true,
    fields: {
      throttling_failure_timestamp: column("DateTimeField", { null: true, hasDefault: true }),
      throttling_failure_count: column("PositiveIntegerField", { hasDefault: true }),
    },
  }),
  libraryModel("django_otp.models.TimestampMixin", "django_otp", {
    abstract: true,
    fields: {
      created_at: column("DateTimeField", { null: true, autoNowAdd: true }),
      last_used_at: column("DateTimeField", { null: true }),
    },
  }),
  libraryModel("django_otp.plugins.otp_static.models.StaticToken", "otp_static", {
    fields: {
      device: foreignKey("otp_static.StaticDevice", { relatedName: "token_set" }),
      token: column("CharField", { indexed: true }),
    },
  }),
  libraryModel("django_otp.models.SideChannelDevice", "django_otp", {
    bases: ["django_otp.models.Device"],
    abstract: true,
    fields: {
      token: column("CharField", { null: true }),
      valid_until: column("DateTimeField", { hasDefault: true }),
    },
  }),
  libraryModel("django_otp.plugins.otp_hotp.models.HOTPDevice", "otp_hotp", {
    bases: [
      "django_otp.models.TimestampMixin",
      "django_otp.models.ThrottlingMixin",
      "django_otp.models.Device",
    ],
    fields: {
      key: column("CharField", { hasDefault: true }),
      digits: column("PositiveSmallIntegerField", { hasDefault: true, choices: 2 }),
      tolerance: column("PositiveSmallIntegerField", { hasDefault: true }),
      counter: column("BigIntegerField", { hasDefault: true }),
    },
  }),
  libraryModel("django_otp.plugins.otp_static.models.StaticDevice", "otp_static", {
    bases: [
      "django_otp.models.TimestampMixin",
      "django_otp.models.ThrottlingMixin",
      "django_otp.models.Device",
    ],
  }),
  libraryModel("django_otp.plugins.otp_totp.models.TOTPDevice", "otp_totp", {
    bases: [
      "django_otp.models.TimestampMixin",
      "django_otp.models.ThrottlingMixin",
      "django_otp.models.Device",
    ],
    fields: {
      key: column("CharField", { hasDefault: true }),
      step: column("PositiveSmallIntegerField", { hasDefault: true }),
      t0: column("BigIntegerField", { hasDefault: true }),
      digits: column("PositiveSmallIntegerField", { hasDefault: true, choices: 2 }),
      tolerance: column("PositiveSmallIntegerField", { hasDefault: true }),
      drift: column("SmallIntegerField", { hasDefault: true }),
      last_t: column("BigIntegerField", { hasDefault: true }),
    },
  }),
  libraryModel("django_otp.plugins.otp_email.models.EmailDevice", "otp_email", {
    bases: [
      "django_otp.models.TimestampMixin",
      "django_otp.models.CooldownMixin",
      "django_otp.models.ThrottlingMixin",
      "django_otp.models.SideChannelDevice",
    ],
    fields: { email: column("EmailField", { null: true }) },
  }),
];
