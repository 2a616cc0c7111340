/** The project's own paginators: pages of the rows that they are made with, like those of Django's. */
import type { Consumer } from "../interpret/consumer.ts";

export const paginators: Consumer = {
  name: "paginators",
  classes: {
    bases: new Set(["django.core.paginator.Paginator", "django.core.paginator.AsyncPaginator"]),
    callMethod: (interpreter, _paginator, name, args, node) => {
      if (name !== "__new__") return undefined;
      const { kind } = args.positional[0] ?? args.keywords.get("object_list") ?? {};
      const isPaginated = kind === "queryset" || kind === "manager" || kind === "collection";
      return isPaginated
        ? interpreter.call({ kind: "external", name: "django.core.paginator.Paginator" }, args, node)
        : undefined;
    },
  },
};
