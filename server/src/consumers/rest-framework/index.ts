/** Django REST framework: serializers and the views that use them. */
import type { Consumer } from "../../interpret/consumer.ts";
import { paginatorMembers } from "./pagination.ts";
import { fieldFunctions, serializerClasses } from "./serializer-objects.ts";
import { viewClassMembers } from "./views.ts";

export const serializers: Consumer = {
  name: "rest_framework.serializers",
  functions: fieldFunctions,
  classes: serializerClasses,
};

export const apiViews: Consumer = { name: "rest_framework.views", classes: viewClassMembers };

export const apiPaginators: Consumer = { name: "rest_framework.pagination", classes: paginatorMembers };
