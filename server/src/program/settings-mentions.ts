/** Names of settings modules in the files that usually carry them. */

const pythonNames = /(^|\/)(manage|wsgi|asgi|celery|celery_app|conftest|runtests|setup)\.py$/;
const configurationNames =
  /(^|\/)(pytest\.ini|pyproject\.toml|setup\.cfg|tox\.ini|Procfile|Makefile|[^/]*\.?Dockerfile[^/]*|(docker-)?compose[^/]*\.ya?ml|\.env[^/]*)$/i;

/** Whether a file is one of those that are searched for `DJANGO_SETTINGS_MODULE`. */
export function maySettingsBeNamedIn(path: string): boolean {
  return pythonNames.test(path) || configurationNames.test(path);
}

/** How much a mention in this file says about the project as it is deployed; lower is better. */
export function mentionRank(path: string): number {
  if (/(^|\/)manage\.py$/.test(path)) return 0;
  if (/(^|\/)(wsgi|asgi)\.py$/.test(path)) return 1;
  if (/(^|\/)celery(_app)?\.py$/.test(path)) return 2;
  if (/(^|\/)(conftest|runtests)\.py$/.test(path)) return 5;
  return /\.(ini|toml|cfg)$/.test(path) ? 4 : 3;
}

const mention =
  /DJANGO_SETTINGS_MODULE(?:["']?\s*(?:,|=|:|\]\s*=)\s*|\s+)["']?(?:\$\{\w+:?-)?([A-Za-z_]\w*(?:\.\w+)*)|--(?:ds|settings)[= ]["']?([A-Za-z_]\w*(?:\.\w+)*)/g;

/** The settings modules that a text names, in order; those for tests come last. */
export function mentionedSettings(text: string): readonly string[] {
  const names = new Set<string>();
  for (const [, assigned, option] of text.matchAll(mention)) {
    const name = assigned ?? option;
    if (name !== undefined) names.add(name);
  }
  const all = [...names];
  return [...all.filter((name) => !isForTests(name)), ...all.filter(isForTests)];
}

function isForTests(name: string): boolean {
  return /(^|[._])tests?([._]|$)/.test(name);
}
