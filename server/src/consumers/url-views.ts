/** Views of frameworks that URL configurations name without a class of the project: `ListView.as_view(model=Task)`. */
import type { Consumer } from "../interpret/consumer.ts";

export const urlViews: Consumer = {
  name: "URL configurations",
  entryPointsOfModule: (interpreter, module) =>
    [...interpreter.urlViews().values()]
      .flat()
      .flatMap((named) =>
        named.ofFramework && named.module === module && named.view.kind === "class"
          ? interpreter.consumers.entryPoints(interpreter, named.view)
          : [],
      ),
};
