/** On one line, without characters that would steer a terminal. */
export function singleLine(text: string): string {
  return printable(text.replace(/\s*[\r\n]+\s*/g, " "));
}

/** Control characters of analysed code are shown, not obeyed. Tabs stay. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, "\ufffd");
}

/** `1 finding`, `2 findings` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
