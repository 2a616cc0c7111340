import { column, foreignKey, type LibraryModel, libraryModel } from "../library-model.ts";

export const treeQueries: readonly LibraryModel[] = [
  libraryModel("tree_queries.models.TreeNode", "tree_queries", {
    abstract: true,
    fields: {
      parent: foreignKey("self", { className: "TreeNodeForeignKey", null: true, relatedName: "children" }),
    },
    managers: ["objects"],
  }),
  libraryModel("tree_queries.models.OrderableTreeNode", "tree_queries", {
    bases: ["tree_queries.models.TreeNode"],
    abstract: true,
    fields: { position: column("PositiveIntegerField", { indexed: true, hasDefault: true }) },
    meta: { ordering: ["position"] },
  }),
];
