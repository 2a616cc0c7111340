/** Styles of the page, and what it needs in an editor. No `style` attributes: the page forbids them to itself there. */

export const styles = `
:root {
  --page: #ffffff; --text: #1b1f23; --faint: #57606a; --line: #d0d7de; --band: #f6f8fa; --link: #0550ae;
  --good: #1a7f37; --bad: #b35900; --neutral: #0550ae; --unknown: #6e7781; --mark: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --text: #e6edf3; --faint: #9aa4af; --line: #3d444d; --band: #161b22; --link: #79b8ff;
    --good: #56d364; --bad: #f0a35e; --neutral: #79b8ff; --unknown: #8b949e; --mark: #0d1117;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem; max-width: 72rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { font-size: 1.8rem; line-height: 1.25; }
h2 { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: 1.35rem; }
h3 { margin-top: 1.75rem; font-size: 1.1rem; }
a { color: var(--link); }
nav ol { columns: 16rem; padding-left: 1.5rem; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .875em; }
code { overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: .75rem 1rem; background: var(--band); border: 1px solid var(--line); border-radius: 6px; }
pre code { overflow-wrap: normal; }
.place { color: var(--faint); }
.table .place, tbody th code { overflow-wrap: break-word; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { padding: .25rem 0; color: var(--faint); text-align: left; }
th, td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { background: var(--band); }
tbody th { font-weight: normal; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead .number { white-space: normal; }
.status { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; white-space: nowrap; }
.status.done { color: var(--good); }
.status.open { color: var(--bad); font-weight: 600; }
.status.unknown, .status.notApplicable { color: var(--faint); }
figure { margin: 1.25rem 0; }
figcaption { font-weight: 600; }
.chart { display: block; width: 100%; height: auto; max-width: 48rem; }
.chart text { fill: var(--text); font-size: 13px; }
.chart .value { fill: var(--faint); }
rect.good { stroke: var(--good); } rect.bad { stroke: var(--bad); }
rect.neutral { stroke: var(--neutral); } rect.unknown { stroke: var(--unknown); }
pattern.good .ground { fill: var(--good); } pattern.neutral .ground { fill: var(--neutral); }
pattern.bad .ground { fill: var(--bad); } pattern.bad .mark { stroke: var(--mark); stroke-width: 1.2; }
pattern.unknown .ground { fill: var(--page); } pattern.unknown .dot { fill: var(--unknown); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .25rem 0 0; padding: 0; list-style: none; color: var(--faint); font-size: .9rem; }
.swatch { vertical-align: -2px; }
@media print {
  :root {
    --page: #ffffff; --text: #000000; --faint: #444444; --line: #999999; --band: #ffffff; --link: #000000;
    --good: #1a7f37; --bad: #b35900; --neutral: #0550ae; --unknown: #6e7781; --mark: #ffffff;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  table { font-size: 7.5pt; }
  th, td { padding: .2rem .3rem; }
  nav, .fix { display: none; }
  .table { overflow: visible; }
  tr, figure, pre { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  pre { white-space: pre-wrap; }
}
`;

/** The editor's colours, and buttons that look like links. */
export const editorStyles = `
:root {
  --page: var(--vscode-editor-background); --text: var(--vscode-editor-foreground);
  --faint: var(--vscode-descriptionForeground); --line: var(--vscode-editorWidget-border, var(--vscode-contrastBorder, #888));
  --band: var(--vscode-editorWidget-background); --link: var(--vscode-textLink-foreground);
  --good: #1a7f37; --bad: #b35900; --neutral: #0550ae; --unknown: #6e7781; --mark: #ffffff;
}
body.vscode-dark, body.vscode-high-contrast:not(.vscode-high-contrast-light) {
  --good: #56d364; --bad: #f0a35e; --neutral: #79b8ff; --unknown: #8b949e; --mark: #0d1117;
}
button { font: inherit; cursor: pointer; }
button:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 1px; }
button.place { padding: 0; border: 0; background: none; color: var(--link); font-family: var(--vscode-editor-font-family, monospace); font-size: .875em; text-align: left; text-decoration: underline; overflow-wrap: anywhere; }
button.fix { padding: 0 .5rem; border: 1px solid var(--vscode-button-border, transparent); border-radius: 3px; background: var(--vscode-button-background); color: var(--vscode-button-foreground); font-size: .85em; }
button.fix:disabled { opacity: .6; cursor: default; }
`;

/** Tells the editor which place or fix was chosen. */
export const editorScript = `
const editor = acquireVsCodeApi();
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { path, line, column, fingerprint, index } = button.dataset;
  if (path !== undefined) editor.postMessage({ kind: "open", path, line: Number(line), column: Number(column) });
  if (fingerprint !== undefined) {
    button.disabled = true;
    editor.postMessage({ kind: "fix", fingerprint, index: Number(index) });
  }
});
window.addEventListener("message", ({ data }) => {
  for (const button of document.querySelectorAll("button.fix")) {
    if (button.dataset.fingerprint !== data.fingerprint) continue;
    button.disabled = data.kind === "applied";
    if (data.kind === "applied") button.textContent = "Applied";
  }
});
`;
