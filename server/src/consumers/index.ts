/** Every framework that is known to read rows on a project's behalf. */
import type { Consumer } from "../interpret/consumer.ts";
import { admin } from "./admin/index.ts";
import { classQuerysets } from "./class-queryset.ts";
import { dataGrids, gridColumns } from "./data-grids/index.ts";
import { feeds } from "./feeds.ts";
import { filterSets } from "./filter-sets.ts";
import { formsets } from "./forms/formsets.ts";
import { choiceFields, forms } from "./forms/index.ts";
import { graphene } from "./graphql/graphene.ts";
import { strawberry } from "./graphql/strawberry.ts";
import { guardian } from "./guardian.ts";
import { ninja } from "./ninja/index.ts";
import { paginators } from "./paginators.ts";
import { passwordReset } from "./password-reset.ts";
import { apiPaginators, apiViews, serializers } from "./rest-framework/index.ts";
import { rowFields } from "./row-fields.ts";
import { sitemaps } from "./sitemaps.ts";
import { tableViews } from "./tables/table-views.ts";
import { tableColumns, tables } from "./tables/tables.ts";
import { templates } from "./templates/index.ts";
import { inheritedRendering } from "./templates/inherited-rendering.ts";
import { textFunctions } from "./text-functions.ts";
import { urlViews } from "./url-views.ts";
import { dottedNames as viewClasses } from "./views/framework-classes.ts";
import { classBasedViews } from "./views/index.ts";
import { wagtailPages } from "./wagtail-pages.ts";

/** In this order they are asked about a class; the convention that many share comes last. */
export const consumers: readonly Consumer[] = [
  admin,
  serializers,
  apiViews,
  apiPaginators,
  ninja,
  feeds,
  filterSets,
  forms,
  choiceFields,
  formsets,
  graphene,
  strawberry,
  gridColumns,
  dataGrids,
  ...rowFields,
  guardian,
  sitemaps,
  paginators,
  tableColumns,
  tables,
  tableViews,
  templates,
  inheritedRendering(viewClasses),
  classBasedViews,
  urlViews,
  passwordReset,
  textFunctions,
  wagtailPages,
  classQuerysets,
];
