/** `vscode.l10n` without translations. The same for all tests: modules are loaded once, whichever test comes first. */
export const l10n = {
  t: (text: string, ...values: readonly (string | number)[]): string =>
    text.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)])),
};
