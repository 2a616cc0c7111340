/** Every framework that is known to read rows on a project's behalf. */
import type { Consumer } from "../interpret/consumer.ts";
import { feeds } from "./feeds.ts";
import { sitemaps } from "./sitemaps.ts";

export const consumers: readonly Consumer[] = [feeds, sitemaps];
