import {
  column,
  foreignKey,
  type LibraryModel,
  libraryModel,
  manyToMany,
  oneToOne,
  userModel,
} from "../library-model.ts";

export const organizations: readonly LibraryModel[] = [
  libraryModel("organizations.abstract.SharedBaseModel", "organizations", {
    abstract: true,
    fields: {
      created: column("AutoCreatedField", { base: "DateTimeField", hasDefault: true }),
      modified: column("AutoLastModifiedField", { base: "DateTimeField", hasDefault: true }),
    },
  }),
  libraryModel("organizations.base.AbstractBaseInvitation", "organizations", {
    abstract: true,
    fields: { guid: column("UUIDField"), invitee_identifier: column("CharField") },
  }),
  libraryModel("organizations.base.AbstractBaseOrganization", "organizations", {
    abstract: true,
    fields: { name: column("CharField"), is_active: column("BooleanField", { hasDefault: true }) },
    managers: ["objects", "active"],
    meta: { ordering: ["name"] },
  }),
  libraryModel("organizations.base.AbstractBaseOrganizationOwner", "organizations", { abstract: true }),
  libraryModel("organizations.base.AbstractBaseOrganizationUser", "organizations", {
    abstract: true,
    meta: { ordering: ["organization", "user"], uniqueTogether: [["user", "organization"]] },
  }),
  libraryModel("organizations.base.OrganizationBase", "organizations", {
    bases: ["organizations.base.AbstractBaseOrganization"],
    abstract: true,
    meta: { ordering: ["name"] },
  }),
  libraryModel("organizations.base.OrganizationInvitationBase", "organizations", {
    bases: ["organizations.base.AbstractBaseInvitation"],
    abstract: true,
  }),
  libraryModel("organizations.base.OrganizationOwnerBase", "organizations", {
    bases: ["organizations.base.AbstractBaseOrganizationOwner"],
    abstract: true,
  }),
  libraryModel("organizations.base.OrganizationUserBase", "organizations", {
    bases: ["organizations.base.AbstractBaseOrganizationUser"],
    abstract: true,
    meta: { ordering: ["organization", "user"], uniqueTogether: [["user", "organization"]] },
  }),
  libraryModel("organizations.abstract.AbstractOrganization", "organizations", {
    bases: ["organizations.abstract.SharedBaseModel", "organizations.base.AbstractBaseOrganization"],
    abstract: true,
    fields: { slug: column("SlugField", { unique: true }) },
    meta: { ordering: ["name"] },
  }),
  libraryModel("organizations.abstract.AbstractOrganizationInvitation", "organizations", {
    bases: ["organizations.abstract.SharedBaseModel", "organizations.base.AbstractBaseInvitation"],
    abstract: true,
  }),
  libraryModel("organizations.abstract.AbstractOrganizationOwner", "organizations", {
    bases: ["organizations.abstract.SharedBaseModel", "organizations.base.AbstractBaseOrganizationOwner"],
    abstract: true,
  }),
  libraryModel("organizations.abstract.AbstractOrganizationUser", "organizations", {
    bases: ["organizations.abstract.SharedBaseModel", "organizations.base.AbstractBaseOrganizationUser"],
    abstract: true,
    fields: { is_admin: column("BooleanField", { hasDefault: true }) },
    meta: { ordering: ["organization", "user"], uniqueTogether: [["user", "organization"]] },
  }),
  libraryModel("organizations.models.Organization", "organizations", {
    bases: ["organizations.abstract.AbstractOrganization"],
    fields: {
      users: manyToMany(userModel, {
        relatedName: "%(app_label)s_%(class)s",
        through: "organizations.OrganizationUser",
      }),
    },
    meta: { ordering: ["name"] },
  }),
  libraryModel("organizations.models.OrganizationInvitation", "organizations", {
    bases: ["organizations.abstract.AbstractOrganizationInvitation"],
    fields: {
      invited_by: foreignKey(userModel, { relatedName: "%(app_label)s_%(class)s_sent_invitations" }),
      invitee: foreignKey(userModel, { null: true, relatedName: "%(app_label)s_%(class)s_invitations" }),
      organization: foreignKey("organizations.Organization", { relatedName: "organization_invites" }),
    },
  }),
  libraryModel("organizations.models.OrganizationOwner", "organizations", {
    bases: ["organizations.abstract.AbstractOrganizationOwner"],
    fields: {
      organization_user: oneToOne("organizations.OrganizationUser"),
      organization: oneToOne("organizations.Organization", { relatedName: "owner" }),
    },
  }),
  libraryModel("organizations.models.OrganizationUser", "organizations", {
    bases: ["organizations.abstract.AbstractOrganizationUser"],
    fields: {
      user: foreignKey(userModel, { relatedName: "%(app_label)s_%(class)s" }),
      organization: foreignKey("organizations.Organization", { relatedName: "organization_users" }),
    },
    meta: { ordering: ["organization", "user"], uniqueTogether: [["user", "organization"]] },
  }),
];
