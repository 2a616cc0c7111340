import { column, foreignKey, type LibraryModel, libraryModel, userModel } from "../library-model.ts";

export const invitations: readonly LibraryModel[] = [
  libraryModel("invitations.base_invitation.AbstractBaseInvitation", "invitations", {
    abstract: true,
    fields: {
      accepted: column("BooleanField", { hasDefault: true }),
      key: column("CharField", { unique: true }),
      sent: column("DateTimeField", { null: true }),
      inviter: foreignKey(userModel, { null: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("invitations.models.Invitation", "invitations", {
    bases: ["invitations.base_invitation.AbstractBaseInvitation"],
    fields: {
      email: column("EmailField", { unique: true }),
      created: column("DateTimeField", { hasDefault: true }),
    },
  }),
];
