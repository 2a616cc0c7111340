/** What Redis answers to `INFO`: sections of `name:value`. */
export type RedisInfo = ReadonlyMap<string, string>;

export function parseInfo(text: string): RedisInfo {
  const entries = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^([\w-]+):(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return new Map(entries);
}

/** 0 where Redis does not say. */
export function numberIn(info: RedisInfo, name: string): number {
  return Number(info.get(name) ?? 0);
}
