import { encode } from 'uqr';

/** A phone's camera wants light around the code; two modules are enough on a screen, and keep it within 24 lines. */
const BORDER = 2;
/** Black on white, whatever the colours of the terminal are. */
const DARK_ON_LIGHT = '\u001b[38;5;16;48;5;231m';
const RESET = '\u001b[0m';

export interface QrCode {
  /** Columns that it takes. */
  readonly width: number;
  readonly lines: readonly string[];
}

/** `text` as a QR code for a terminal: two rows of modules in each line. */
export function qrCode(text: string): QrCode {
  const { data, size } = encode(text, { ecc: 'L', border: BORDER });
  const isDark = (row: number, column: number) => data[row]?.[column] ?? false;
  const lines = Array.from({ length: Math.ceil(size / 2) }, (_, index) => {
    const blocks = Array.from({ length: size }, (_module, column) =>
      block(isDark(2 * index, column), isDark(2 * index + 1, column)),
    );
    return `${DARK_ON_LIGHT}${blocks.join('')}${RESET}`;
  });
  return { width: size, lines };
}

function block(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}
