/** The layers of ARCHITECTURE.md, lowest first. A folder may import itself and what stands before it in its list. */
const layers = {
  base: [],
  syntax: ["base"],
  platform: ["base"],
  python: ["base", "syntax"],
  django: ["base", "syntax", "python"],
  edits: ["base", "syntax"],
  queryset: ["base", "syntax", "python", "django"],
  interpret: ["base", "syntax", "python", "django", "queryset"],
  consumers: ["base", "syntax", "python", "django", "queryset", "interpret"],
  rules: ["base", "syntax", "python", "django", "queryset", "interpret", "consumers", "edits"],
  program: ["base", "platform", "syntax", "python", "django", "queryset", "interpret", "consumers", "rules"],
  lint: ["base", "syntax", "python", "django", "rules", "program"],
  explain: ["base", "platform", "syntax", "python", "django", "queryset", "program"],
  audit: ["base", "platform", "syntax", "python", "django", "interpret", "rules", "program", "lint"],
  ide: [
    "base",
    "platform",
    "syntax",
    "python",
    "django",
    "queryset",
    "interpret",
    "consumers",
    "rules",
    "edits",
    "program",
    "lint",
  ],
  composition: ["base", "platform", "syntax", "rules", "program", "lint"],
  lsp: [
    "composition",
    "base",
    "platform",
    "syntax",
    "django",
    "rules",
    "edits",
    "program",
    "lint",
    "ide",
    "explain",
    "audit",
  ],
  cli: [
    "composition",
    "base",
    "platform",
    "syntax",
    "django",
    "rules",
    "edits",
    "program",
    "lint",
    "ide",
    "explain",
    "audit",
    "lsp",
  ],
};

const forbidden = Object.entries(layers).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  comment: `server/src/${layer} may import only ${["itself", ...allowed].join(", ")}`,
  severity: "error",
  from: { path: `^server/src/${layer}/` },
  to: { path: "^server/src/", pathNot: `^server/src/(${[layer, ...allowed].join("|")})/` },
}));

/** A package that one folder alone may import. */
const onlyIn = (name, packages, folder) => ({
  name,
  severity: "error",
  from: { pathNot: `${folder}|^(test|scripts)/` },
  to: { path: packages },
});

module.exports = {
  forbidden: [
    ...forbidden,
    { name: "client-alone", severity: "error", from: { path: "^src/" }, to: { path: "^server/src/" } },
    onlyIn(
      "tree-sitter-in-syntax",
      "node_modules/(web-tree-sitter|tree-sitter-python)/",
      "^server/src/syntax/",
    ),
    onlyIn("pg-in-explain", "node_modules/pg/", "^server/src/explain/"),
    onlyIn(
      "pglite-in-its-thread",
      "node_modules/@electric-sql/",
      "^server/src/explain/embedded/postgres-worker",
    ),
    onlyIn("vscode-in-client", "^vscode$", "^src/"),
    onlyIn("languageserver-in-lsp", "node_modules/vscode-languageserver", "^server/src/lsp/"),
    {
      name: "node-in-front-ends",
      comment: "The analysis does no I/O: files, processes and sockets are reached through platform/.",
      severity: "error",
      from: {
        path: "^server/src/(base|syntax|python|django|queryset|interpret|consumers|rules|edits|lint|program|ide)/",
      },
      to: { dependencyTypes: ["core"] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
  },
};
