const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** A number of bytes for people. */
export function bytesText(bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1_000 ** step;
  return `${step === 0 ? scaled : scaled.toFixed(scaled < 10 ? 1 : 0)} ${UNITS[step]}`;
}
