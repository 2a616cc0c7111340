/** Which files of a folder may be templates, by their paths alone: settings are not read when files are listed. */
import { extension } from "../platform/paths.ts";

/** Extensions that only templates and pages have, wherever they lie. */
const pages: ReadonlySet<string> = new Set(["html", "htm", "djhtml", "jinja", "jinja2", "j2"]);

/** Other text that a template engine fills in, where it lies in a folder for templates. */
const texts: ReadonlySet<string> = new Set([
  "",
  "css",
  "csv",
  "eml",
  "ics",
  "js",
  "json",
  "md",
  "mjml",
  "rst",
  "rtf",
  "svg",
  "tex",
  "txt",
  "xml",
  "xsl",
  "yaml",
  "yml",
]);

export function isTemplatePath(path: string): boolean {
  const type = extension(path);
  return pages.has(type) || (texts.has(type) && /(^|\/)(templates|jinja2)\//.test(path));
}
