const codes = new WeakMap<object, string>();

/** Notes what the code of a lepton is, which a bundle's own text does not show. */
export function noteLeptonCode(lepton: object, code: unknown): void {
  codes.set(lepton, JSON.stringify(code));
}

/** The code of a lepton, in full: two with the same text do the same. `undefined` for what is no lepton. */
export function leptonCode(object: object): string | undefined {
  return codes.get(object);
}
