import { column, type LibraryModel, libraryModel, manyToMany, userModel } from "../library-model.ts";

export const waffle: readonly LibraryModel[] = [
  libraryModel("waffle.models.BaseModel", "waffle", { abstract: true }),
  libraryModel("waffle.models.AbstractBaseFlag", "waffle", {
    bases: ["waffle.models.BaseModel"],
    abstract: true,
    fields: {
      name: column("CharField", { unique: true }),
      everyone: column("BooleanField", { null: true }),
      percent: column("DecimalField", { null: true }),
      testing: column("BooleanField", { hasDefault: true }),
      superusers: column("BooleanField", { hasDefault: true }),
      staff: column("BooleanField", { hasDefault: true }),
      authenticated: column("BooleanField", { hasDefault: true }),
      languages: column("TextField", { hasDefault: true }),
      rollout: column("BooleanField", { hasDefault: true }),
      note: column("TextField"),
      created: column("DateTimeField", { indexed: true, hasDefault: true }),
      modified: column("DateTimeField", { hasDefault: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("waffle.models.AbstractBaseSample", "waffle", {
    bases: ["waffle.models.BaseModel"],
    abstract: true,
    fields: {
      name: column("CharField", { unique: true }),
      percent: column("DecimalField"),
      note: column("TextField"),
      created: column("DateTimeField", { indexed: true, hasDefault: true }),
      modified: column("DateTimeField", { hasDefault: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("waffle.models.AbstractBaseSwitch", "waffle", {
    bases: ["waffle.models.BaseModel"],
    abstract: true,
    fields: {
      name: column("CharField", { unique: true }),
      active: column("BooleanField", { hasDefault: true }),
      note: column("TextField"),
      created: column("DateTimeField", { indexed: true, hasDefault: true }),
      modified: column("DateTimeField", { hasDefault: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("waffle.models.AbstractUserFlag", "waffle", {
    bases: ["waffle.models.AbstractBaseFlag"],
    abstract: true,
    fields: { groups: manyToMany("auth.Group"), users: manyToMany(userModel) },
  }),
  libraryModel("waffle.models.Sample", "waffle", {
    bases: ["waffle.models.AbstractBaseSample"],
    swappable: "WAFFLE_SAMPLE_MODEL",
  }),
  libraryModel("waffle.models.Switch", "waffle", {
    bases: ["waffle.models.AbstractBaseSwitch"],
    swappable: "WAFFLE_SWITCH_MODEL",
  }),
  libraryModel("waffle.models.Flag", "waffle", {
    bases: ["waffle.models.AbstractUserFlag"],
    swappable: "WAFFLE_FLAG_MODEL",
  }),
];
