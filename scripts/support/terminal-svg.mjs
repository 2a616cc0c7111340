/** Draws what a terminal shows: text with ANSI colours becomes an SVG picture. */

const cell = { width: 8.4, height: 20 };
const padding = 20;
const controlSequence = "\u001b[";

const colours = {
  background: "#1e1f29",
  text: "#e6e6e6",
  dim: "#8f93a8",
  /** By SGR number, normal and bright alike. */
  standard: ["#4d4d4d", "#ff6b68", "#8bd17c", "#e8c268", "#7aa2f7", "#c792ea", "#6fd3e3", "#e6e6e6"],
};

/**
 * @typedef {{ bold: boolean, dim: boolean, italic: boolean, underline: boolean, colour: string | undefined }} Style
 * @typedef {{ text: string, column: number, style: Style }} Span
 */

/** @type {Style} */
const plain = { bold: false, dim: false, italic: false, underline: false, colour: undefined };

/**
 * @param {string} output of a program, with the SGR sequences of ANSI
 * @param {{ title: string, columns: number }} options
 */
export function terminalSvg(output, { title, columns }) {
  const lines = spansOf(output.replace(/\n+$/, ""));
  const width = Math.ceil(columns * cell.width + 2 * padding);
  const height = lines.length * cell.height + 2 * padding;
  const texts = lines.flatMap((spans, row) =>
    spans.map((span) => textOf(span, padding + (row + 0.75) * cell.height)),
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${colours.background}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${colours.text}" xml:space="preserve">`,
    ...texts,
    "</g>",
    "</svg>",
  ].join("\n")}\n`;
}

/** @param {string} output @returns {Span[][]} the spans of each line */
function spansOf(output) {
  let style = plain;
  return output.split("\n").map((line) => {
    /** @type {Span[]} */
    const spans = [];
    let column = 0;
    for (const [index, part] of line.split(controlSequence).entries()) {
      const end = index === 0 ? 0 : part.indexOf("m") + 1;
      if (end > 0)
        style = part
          .slice(0, end - 1)
          .split(";")
          .reduce(styleAfter, style);
      const text = part.slice(end);
      if (text !== "") spans.push({ text, column, style });
      column += [...text].length;
    }
    return spans;
  });
}

/** @param {Style} style @param {string} code @returns {Style} */
function styleAfter(style, code) {
  const number = Number(code);
  if (number === 0) return plain;
  if (number === 1) return { ...style, bold: true };
  if (number === 2) return { ...style, dim: true };
  if (number === 3) return { ...style, italic: true };
  if (number === 4) return { ...style, underline: true };
  if (number === 22) return { ...style, bold: false, dim: false };
  if (number === 23) return { ...style, italic: false };
  if (number === 24) return { ...style, underline: false };
  if (number === 39) return { ...style, colour: undefined };
  if ((number >= 30 && number <= 37) || (number >= 90 && number <= 97)) {
    return { ...style, colour: colours.standard[number % 10] };
  }
  return style;
}

/** @param {Span} span @param {number} y */
function textOf({ text, column, style }, y) {
  const x = padding + column * cell.width;
  const attributes = [
    `x="${x.toFixed(1)}" y="${y.toFixed(1)}"`,
    // Fonts differ in width; the grid of a terminal does not.
    `textLength="${([...text].length * cell.width).toFixed(1)}"`,
    ...(style.colour ? [`fill="${style.colour}"`] : style.dim ? [`fill="${colours.dim}"`] : []),
    ...(style.bold ? ['font-weight="bold"'] : []),
    ...(style.italic ? ['font-style="italic"'] : []),
    ...(style.underline ? ['text-decoration="underline"'] : []),
  ];
  return `<text ${attributes.join(" ")}>${escapeXml(text)}</text>`;
}

/** @param {string} text */
function escapeXml(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
