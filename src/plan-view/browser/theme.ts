/** Bootstrap's components take their colours from the kind of theme that VS Code names on the page's body. */
export function followTheme(): void {
  const apply = (): void => {
    const { classList } = document.body;
    const isDark =
      classList.contains("vscode-dark") ||
      (classList.contains("vscode-high-contrast") && !classList.contains("vscode-high-contrast-light"));
    const theme = isDark ? "dark" : "light";
    if (document.documentElement.dataset.bsTheme !== theme) document.documentElement.dataset.bsTheme = theme;
  };
  apply();
  new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}
