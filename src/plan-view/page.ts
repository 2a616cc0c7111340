export interface PageOptions {
  /** For this one page. */
  readonly nonce: string;
  /** Where the page may load styles and fonts from; VS Code's `cspSource`. */
  readonly source: string;
  readonly script: string;
  readonly style: string;
  readonly title: string;
}

/**
 * The page of the plan view. Its script is the only one that runs, nothing in it is evaluated, and it reaches no network;
 * styles come from one file.
 */
export function planPage({ nonce, source, script, style, title }: PageOptions): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `font-src ${source}`,
    `img-src ${source} data:`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(style)}">
</head>
<body>
<div id="plan-view"></div>
<script nonce="${nonce}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
