/** Imported before the library: it would add a style to the page, which the page's policy refuses; the stylesheet has it. */
Object.assign(window, { FontAwesomeConfig: { autoAddCss: false } });
