/** `postgresql.conf` and `redis.conf`: a name and its value on each line. */
import { type DeployedFile, lineAt } from "./deployed-file.ts";
import type { ServerSetting, ServerSettings } from "./deployment.ts";

/** `name = value`, the equals sign being optional, with comments behind it. The last of several counts. */
export function readPostgresSettings(file: DeployedFile): ServerSettings {
  return readLines(file, /^\s*([A-Za-z_][\w.]*)(?:\s*=\s*|\s+)('(?:[^']|'')*'|[^\s#]+)/);
}

/** `name value`: comments have lines of their own. */
export function readRedisSettings(file: DeployedFile): ServerSettings {
  return readLines(file, /^\s*([A-Za-z][\w-]*)\s+(.*\S)/);
}

function readLines(file: DeployedFile, pattern: RegExp): ServerSettings {
  const settings = new Map<string, ServerSetting>();
  let start = 0;
  for (const line of file.text.split("\n")) {
    const [, name, value] = pattern.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      const location = lineAt(file, start, start + line.length);
      settings.set(name.toLowerCase(), { value: value.replace(/^(['"])(.*)\1$/s, "$2"), location });
    }
    start += line.length + 1;
  }
  return { path: file.path, purpose: file.purpose, settings };
}
