import {
  column,
  foreignKey,
  type LibraryModel,
  libraryModel,
  oneToOne,
  userModel,
} from "../library-model.ts";

export const restFrameworkSimplejwt: readonly LibraryModel[] = [
  libraryModel("rest_framework_simplejwt.token_blacklist.models.BlacklistedToken", "token_blacklist", {
    fields: {
      id: column("BigAutoField", { primaryKey: true }),
      token: oneToOne("token_blacklist.OutstandingToken"),
      blacklisted_at: column("DateTimeField", { autoNowAdd: true }),
    },
  }),
  libraryModel("rest_framework_simplejwt.token_blacklist.models.OutstandingToken", "token_blacklist", {
    fields: {
      id: column("BigAutoField", { primaryKey: true }),
      user: foreignKey(userModel, { null: true }),
      jti: column("CharField", { unique: true }),
      token: column("TextField"),
      created_at: column("DateTimeField", { null: true }),
      expires_at: column("DateTimeField"),
    },
    meta: { ordering: ["user"] },
  }),
];
