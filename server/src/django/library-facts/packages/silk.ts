import {
  column,
  foreignKey,
  type LibraryModel,
  libraryModel,
  manyToMany,
  oneToOne,
} from "../library-model.ts";

export const silk: readonly LibraryModel[] = [
  libraryModel("silk.models.BaseProfile", "silk", {
    abstract: true,
    fields: {
      name: column("CharField", { hasDefault: true }),
      start_time: column("DateTimeField", { hasDefault: true }),
      end_time: column("DateTimeField", { null: true }),
      request: foreignKey("silk.Request", { null: true }),
      time_taken: column("FloatField", { null: true }),
    },
  }),
  libraryModel("silk.models.Request", "silk", {
    fields: {
      id: column("CharField", { primaryKey: true, hasDefault: true }),
      path: column("CharField", { indexed: true }),
      query_params: column("TextField", { hasDefault: true }),
      raw_body: column("TextField", { hasDefault: true }),
      body: column("TextField", { hasDefault: true }),
      method: column("CharField"),
      start_time: column("DateTimeField", { indexed: true, hasDefault: true }),
      view_name: column("CharField", { null: true, indexed: true, hasDefault: true }),
      end_time: column("DateTimeField", { null: true }),
      time_taken: column("FloatField", { null: true }),
      encoded_headers: column("TextField", { hasDefault: true }),
      meta_time: column("FloatField", { null: true }),
      meta_num_queries: column("IntegerField", { null: true }),
      meta_time_spent_queries: column("FloatField", { null: true }),
      pyprofile: column("TextField", { hasDefault: true }),
      prof_file: column("FileField"),
      num_sql_queries: column("IntegerField", { hasDefault: true }),
    },
  }),
  libraryModel("silk.models.Response", "silk", {
    fields: {
      id: column("CharField", { primaryKey: true, hasDefault: true }),
      request: oneToOne("silk.Request", { relatedName: "response" }),
      status_code: column("IntegerField"),
      raw_body: column("TextField", { hasDefault: true }),
      body: column("TextField", { hasDefault: true }),
      encoded_headers: column("TextField", { hasDefault: true }),
    },
  }),
  libraryModel("silk.models.SQLQuery", "silk", {
    fields: {
      query: column("TextField"),
      start_time: column("DateTimeField", { null: true, hasDefault: true }),
      end_time: column("DateTimeField", { null: true }),
      time_taken: column("FloatField", { null: true }),
      identifier: column("IntegerField", { hasDefault: true }),
      request: foreignKey("silk.Request", { null: true, relatedName: "queries" }),
      traceback: column("TextField"),
      analysis: column("TextField", { null: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("silk.models.Profile", "silk", {
    bases: ["silk.models.BaseProfile"],
    fields: {
      file_path: column("CharField", { hasDefault: true }),
      line_num: column("IntegerField", { null: true }),
      end_line_num: column("IntegerField", { null: true }),
      func_name: column("CharField", { hasDefault: true }),
      exception_raised: column("BooleanField", { hasDefault: true }),
      queries: manyToMany("silk.SQLQuery", { indexed: true, relatedName: "profiles" }),
      dynamic: column("BooleanField", { hasDefault: true }),
    },
  }),
];
