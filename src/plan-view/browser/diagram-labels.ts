/** What screen readers need of the diagram and the library does not give: names of its bars, and the level of its headings. */
export function labelDiagram(root: Element, barName: string): void {
  const label = (): void => {
    for (const bar of root.querySelectorAll('[role="progressbar"]:not([aria-label])'))
      bar.setAttribute("aria-label", barName);
    // Below the page's own heading of the diagram.
    for (const heading of root.querySelectorAll(
      "h4:not([aria-level]), h5:not([aria-level]), h6:not([aria-level])",
    ))
      heading.setAttribute("aria-level", "3");
  };
  label();
  new MutationObserver(label).observe(root, { childList: true, subtree: true });
}
