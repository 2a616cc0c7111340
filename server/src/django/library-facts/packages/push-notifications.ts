import { column, foreignKey, type LibraryModel, libraryModel, userModel } from "../library-model.ts";

export const pushNotifications: readonly LibraryModel[] = [
  libraryModel("push_notifications.models.Device", "push_notifications", {
    abstract: true,
    fields: {
      name: column("CharField", { null: true }),
      active: column("BooleanField", { hasDefault: true }),
      user: foreignKey(userModel, { null: true }),
      date_created: column("DateTimeField", { null: true, autoNowAdd: true }),
      application_id: column("CharField", { null: true }),
    },
  }),
  libraryModel("push_notifications.models.APNSDevice", "push_notifications", {
    bases: ["push_notifications.models.Device"],
    fields: {
      device_id: column("UUIDField", { null: true, indexed: true }),
      registration_id: column("CharField", { indexed: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("push_notifications.models.GCMDevice", "push_notifications", {
    bases: ["push_notifications.models.Device"],
    fields: {
      device_id: column("HexIntegerField", { base: "BigIntegerField", null: true, indexed: true }),
      registration_id: column("TextField"),
      cloud_message_type: column("CharField", { hasDefault: true, choices: 2 }),
    },
    managers: ["objects"],
  }),
  libraryModel("push_notifications.models.WNSDevice", "push_notifications", {
    bases: ["push_notifications.models.Device"],
    fields: {
      device_id: column("UUIDField", { null: true, indexed: true }),
      registration_id: column("TextField"),
    },
    managers: ["objects"],
  }),
  libraryModel("push_notifications.models.WebPushDevice", "push_notifications", {
    bases: ["push_notifications.models.Device"],
    fields: {
      registration_id: column("TextField"),
      p256dh: column("CharField"),
      auth: column("CharField"),
      browser: column("CharField", { hasDefault: true, choices: 5 }),
    },
    managers: ["objects"],
  }),
];
