/** Which of the framework's views a class is, and what it answers. */
import type { Interpreter } from "../../interpret/interpreter.ts";
import { hasDecorator } from "../../interpret/language/symbol-values.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";

/** What views do with their queryset, by the names of the methods of viewsets. */
export type Action = (typeof actions)[number];

export const actions = ["list", "create", "retrieve", "update", "partial_update", "destroy"] as const;

export function isAction(name: string): name is Action {
  return actions.some((action) => action === name);
}

const actionsOfMixin: Readonly<Record<string, readonly Action[]>> = {
  ListModelMixin: ["list"],
  CreateModelMixin: ["create"],
  RetrieveModelMixin: ["retrieve"],
  UpdateModelMixin: ["update", "partial_update"],
  DestroyModelMixin: ["destroy"],
};

const mixinsOfView: Readonly<Record<string, readonly string[]>> = {
  GenericAPIView: [],
  ListAPIView: ["List"],
  CreateAPIView: ["Create"],
  RetrieveAPIView: ["Retrieve"],
  UpdateAPIView: ["Update"],
  DestroyAPIView: ["Destroy"],
  ListCreateAPIView: ["List", "Create"],
  RetrieveUpdateAPIView: ["Retrieve", "Update"],
  RetrieveDestroyAPIView: ["Retrieve", "Destroy"],
  RetrieveUpdateDestroyAPIView: ["Retrieve", "Update", "Destroy"],
  GenericViewSet: [],
  ReadOnlyModelViewSet: ["List", "Retrieve"],
  ModelViewSet: ["List", "Create", "Retrieve", "Update", "Destroy"],
};

const viewModules = ["rest_framework.generics", "rest_framework.viewsets"] as const;
const mixinModule = "rest_framework.mixins";

/** By dotted name: the actions that the class has. */
const actionsOfClass: ReadonlyMap<string, readonly Action[]> = new Map([
  ...viewModules.flatMap((module) =>
    Object.entries(mixinsOfView).map(([name, mixins]): [string, readonly Action[]] => [
      `${module}.${name}`,
      mixins.flatMap((mixin) => actionsOfMixin[`${mixin}ModelMixin`] ?? []),
    ]),
  ),
  ...Object.entries(actionsOfMixin).map(([name, given]): [string, readonly Action[]] => [
    `${mixinModule}.${name}`,
    given,
  ]),
]);

export const views: ReadonlySet<string> = new Set(
  [...actionsOfClass.keys()].filter((name) => !name.startsWith(mixinModule)),
);

export const viewSets: ReadonlySet<string> = new Set([
  ...["ViewSetMixin", "ViewSet", "GenericViewSet", "ReadOnlyModelViewSet", "ModelViewSet"].map(
    (name) => `rest_framework.viewsets.${name}`,
  ),
]);

export const viewClasses: ReadonlySet<string> = new Set([
  ...actionsOfClass.keys(),
  ...viewSets,
  "rest_framework.views.APIView",
]);

export function isViewSet({ program }: Interpreter, symbol: ClassSymbol): boolean {
  return program.derivesFrom(symbol, viewSets);
}

/** The actions that the framework's classes give to this one. */
export function inheritedActions({ program }: Interpreter, symbol: ClassSymbol): readonly Action[] {
  const given = program
    .mro(symbol)
    .flatMap((entry) => (entry.kind === "external" ? (actionsOfClass.get(entry.name) ?? []) : []));
  return actions.filter((action) => given.includes(action));
}

const methods: Readonly<Record<string, readonly Action[]>> = {
  get: ["list", "retrieve"],
  post: ["create"],
  put: ["update"],
  patch: ["partial_update"],
  delete: ["destroy"],
};

/** What a generic view that is no viewset does for an HTTP method. */
export function actionOfMethod(method: string, given: readonly Action[]): Action | undefined {
  return Object.hasOwn(methods, method)
    ? methods[method]?.find((action) => given.includes(action))
    : undefined;
}

export const httpMethods: readonly string[] = Object.keys(methods);

/** A method of a viewset that routers give an address of its own. */
export function isExtraAction(interpreter: Interpreter, method: FunctionSymbol): boolean {
  return ["action", "detail_route", "list_route"].some((name) => hasDecorator(interpreter, method, name));
}
