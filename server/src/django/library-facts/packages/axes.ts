import { column, type LibraryModel, libraryModel, oneToOne } from "../library-model.ts";

export const axes: readonly LibraryModel[] = [
  libraryModel("axes.models.AccessAttemptExpiration", "axes", {
    fields: {
      access_attempt: oneToOne("axes.AccessAttempt", { primaryKey: true, relatedName: "expiration" }),
      expires_at: column("DateTimeField"),
    },
  }),
  libraryModel("axes.models.AccessBase", "axes", {
    abstract: true,
    fields: {
      user_agent: column("CharField", { indexed: true }),
      ip_address: column("GenericIPAddressField", { null: true, indexed: true }),
      username: column("CharField", { null: true, indexed: true }),
      http_accept: column("CharField"),
      path_info: column("CharField"),
      attempt_time: column("DateTimeField", { autoNowAdd: true }),
    },
    meta: { ordering: ["-attempt_time"] },
  }),
  libraryModel("axes.models.AccessAttempt", "axes", {
    bases: ["axes.models.AccessBase"],
    fields: {
      get_data: column("TextField"),
      post_data: column("TextField"),
      failures_since_start: column("PositiveIntegerField"),
    },
    meta: { uniqueTogether: [["username", "ip_address", "user_agent"]] },
  }),
  libraryModel("axes.models.AccessFailureLog", "axes", {
    bases: ["axes.models.AccessBase"],
    fields: { locked_out: column("BooleanField", { hasDefault: true }) },
  }),
  libraryModel("axes.models.AccessLog", "axes", {
    bases: ["axes.models.AccessBase"],
    fields: {
      logout_time: column("DateTimeField", { null: true }),
      session_hash: column("CharField", { hasDefault: true }),
    },
  }),
];
