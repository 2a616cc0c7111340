/** Files among the data of a request of REST framework, which does not tell them from other values. */
import type { BlockingCall } from "../../interpret/facts.ts";
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { valuesAssignedTo } from "../query-shape/loop-code.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";

/**
 * `load_workbook(request.data["file"])`: what such a function is given is a file. Rows of a CSV file may as well be the
 * lines of a text.
 */
export function isGivenRequestData(
  { project }: RuleContext,
  { library, location, node }: BlockingCall,
): boolean {
  const tree = project.program.moduleOfFile(location.path)?.file.tree;
  const [file] = node.arguments;
  const around = tree && functionAround(tree, location.range);
  return file !== undefined && !library.startsWith("csv.") && isRequestData(around, file);
}

function isRequestData(around: FunctionDef | undefined, node: Expression): boolean {
  switch (node.kind) {
    case "Name": {
      const [value, ...others] = around ? valuesAssignedTo(around.body, node.name) : [];
      // A name that is assigned from itself would lead nowhere.
      return (
        value !== undefined && value.kind !== "Name" && others.length === 0 && isRequestData(around, value)
      );
    }
    case "Attribute":
      // The file that Django's object holds: `upload.file`
      return node.attribute.name === "file" && isRequestData(around, node.value);
    case "Subscript":
      return isDataOfRequest(node.value);
    case "Call":
      return (
        node.function.kind === "Attribute" &&
        node.function.attribute.name === "get" &&
        isDataOfRequest(node.function.value)
      );
    default:
      return false;
  }
}

/** `request.data`, `self.request.data` */
function isDataOfRequest(node: Expression): boolean {
  if (node.kind !== "Attribute" || node.attribute.name !== "data") return false;
  const { value } = node;
  return (
    (value.kind === "Name" && value.name === "request") ||
    (value.kind === "Attribute" &&
      value.attribute.name === "request" &&
      value.value.kind === "Name" &&
      value.value.name === "self")
  );
}
