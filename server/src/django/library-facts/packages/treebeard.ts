import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const treebeard: readonly LibraryModel[] = [
  libraryModel("treebeard.models.Node", "treebeard", { abstract: true }),
  libraryModel("treebeard.al_tree.AL_Node", "treebeard", {
    bases: ["treebeard.models.Node"],
    abstract: true,
    managers: ["objects^treebeard.al_tree.AL_NodeManager"],
  }),
  libraryModel("treebeard.mp_tree.MP_Node", "treebeard", {
    bases: ["treebeard.models.Node"],
    abstract: true,
    fields: {
      path: column("CharField", { unique: true }),
      depth: column("PositiveIntegerField"),
      numchild: column("PositiveIntegerField", { hasDefault: true }),
    },
    managers: ["objects^treebeard.mp_tree.MP_NodeManager"],
  }),
  libraryModel("treebeard.ns_tree.NS_Node", "treebeard", {
    bases: ["treebeard.models.Node"],
    abstract: true,
    fields: {
      lft: column("PositiveIntegerField", { indexed: true }),
      rgt: column("PositiveIntegerField", { indexed: true }),
      tree_id: column("PositiveIntegerField", { indexed: true }),
      depth: column("PositiveIntegerField", { indexed: true }),
    },
    managers: ["objects^treebeard.ns_tree.NS_NodeManager"],
  }),
];
