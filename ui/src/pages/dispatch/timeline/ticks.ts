const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Steps that people count in, above those of 1, 2 and 5 of a power of ten. */
const CLOCK_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
];

/** The smallest round step of a clock that is not below `atLeast` milliseconds. */
export function roundStep(atLeast: number): number {
  if (atLeast <= SECOND) return decimalStep(Math.max(1, atLeast));
  return CLOCK_STEPS.find((step) => step >= atLeast) ?? DAY * decimalStep(atLeast / DAY);
}

function decimalStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= atLeast) ?? 10);
}
