/** Methods that write out the form as a whole, or all forms of a set. */
export const renderingMethods: ReadonlySet<string> = new Set([
  "__html__",
  "__str__",
  "as_div",
  "as_p",
  "as_table",
  "as_ul",
  "render",
]);
