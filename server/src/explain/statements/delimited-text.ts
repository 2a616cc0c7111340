const delimiters = [",", ";", "\t", "|"];

/**
 * The rows of a text with delimited values (RFC 4180): values in quotes may hold delimiters, line breaks and doubled
 * quotes. The delimiter is the one that the first line has most often.
 */
export function parseDelimited(text: string): readonly (readonly string[])[] {
  const firstLine = text.slice(0, text.search(/\r?\n|$/));
  const delimiter = delimiters.reduce((best, each) =>
    firstLine.split(each).length > firstLine.split(best).length ? each : best,
  );
  const rows: string[][] = [];
  let row: string[] = [];
  let value = "";
  let isQuoted = false;
  const endValue = (): void => {
    row.push(value);
    value = "";
  };
  const endRow = (): void => {
    endValue();
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    if (isQuoted) {
      if (character !== '"') value += character;
      else if (text[index + 1] === '"') {
        value += '"';
        index++;
      } else isQuoted = false;
    } else if (character === '"' && value === "") isQuoted = true;
    else if (character === delimiter) endValue();
    else if (character === "\n") endRow();
    else if (character !== "\r" || text[index + 1] !== "\n") value += character;
  }
  endRow();
  return rows;
}
