/** Bars as SVG. What a bar means is said by its pattern as well as by its colour. */
import type { Chart, Tone } from "../document/document.ts";
import { escapeHtml } from "./escape-html.ts";

const width = 720;
const rowHeight = 42;
const barHeight = 14;
/** Where the text behind the bars begins. */
const barWidth = 500;
const longestLabel = 90;

/** @param id of the figure, unique in the page */
export function chartSvg({ title, unit, series, bars }: Chart, id: string): string {
  const most = Math.max(1, ...bars.map(({ values }) => sum(values)));
  const height = bars.length * rowHeight;
  const rows = bars.map(({ label, values, text }, row) => {
    const y = row * rowHeight;
    let x = 0;
    const parts = values.flatMap((value, index) => {
      const length = (value / most) * barWidth;
      const tone = series[index]?.tone ?? "neutral";
      const part = `<rect class="${tone}" x="${round(x)}" y="${y + 22}" width="${round(length)}" height="${barHeight}" fill="url(#${id}-${tone})"/>`;
      x += length;
      return value > 0 ? [part] : [];
    });
    return `<text class="label" x="0" y="${y + 16}">${escapeHtml(shortened(label))}</text>${parts.join("")}<text class="value" x="${round(x + 8)}" y="${y + 34}">${escapeHtml(text)}</text>`;
  });
  const description = bars.map(({ label, text }) => `${label}: ${text}`).join("; ");
  const legend = series.map(
    ({ name, tone }) =>
      `<li><svg class="swatch" width="14" height="14" aria-hidden="true"><rect class="${tone}" width="14" height="14" fill="url(#${id}-${tone})"/></svg> ${escapeHtml(name)}</li>`,
  );
  return `<figure>
<figcaption>${escapeHtml(title)}</figcaption>
<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-description">
<title id="${id}-title">${escapeHtml(title)}</title>
<desc id="${id}-description">${escapeHtml(`${description} (${unit})`)}</desc>
<defs>${[...new Set(series.map(({ tone }) => tone))].map((tone) => pattern(tone, id)).join("")}</defs>
${rows.join("\n")}
</svg>
<ul class="legend">${legend.join("")}</ul>
</figure>`;
}

/** Plain, striped or dotted, in the colour of the tone. */
function pattern(tone: Tone, id: string): string {
  const start = `<pattern id="${id}-${tone}" class="${tone}" width="6" height="6" patternUnits="userSpaceOnUse">`;
  const ground = `<rect class="ground" width="6" height="6"/>`;
  switch (tone) {
    case "bad":
      return `${start}${ground}<path class="mark" d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2"/></pattern>`;
    case "unknown":
      return `${start}${ground}<circle class="dot" cx="3" cy="3" r="1.2"/></pattern>`;
    case "good":
    case "neutral":
      return `${start}${ground}</pattern>`;
  }
}

function shortened(label: string): string {
  return label.length > longestLabel ? `…${label.slice(1 - longestLabel)}` : label;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
