const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/**
 * A size for people.
 *
 * @example
 * byteText(139_264); // "139 kB"
 */
export function byteText(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const amount = bytes / 1_000 ** step;
  return `${step === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[step]}`;
}
