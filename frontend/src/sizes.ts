const STEP = 1024;
const UNITS = ["KB", "MB", "GB", "TB"];

/** A number of bytes as people read it, in the same words as the server's (app/files/sizes.py). */
export function sizeInWords(size: number): string {
  if (size < STEP) return `${size} B`;
  let shown = size;
  let unit = "";
  for (unit of UNITS) {
    shown /= STEP;
    if (Number(shown.toFixed(1)) < STEP) break;
  }
  return `${shown.toFixed(1).replace(/\.0$/, "")} ${unit}`;
}
