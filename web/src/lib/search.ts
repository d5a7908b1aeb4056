/** Readers of the query part of an address; what is not understood is dropped. */
type Raw = Record<string, unknown>;

/** A text, or nothing. */
export function textParam(raw: Raw, key: string): string | undefined {
  const value = raw[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** One of a few words, or nothing. */
export function choiceParam<T extends string>(raw: Raw, key: string, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === raw[key]);
}

/** A whole number above zero, or nothing. */
export function countParam(raw: Raw, key: string): number | undefined {
  const value = Number(raw[key]);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

/** Where to come back to after the login; the overview needs no saying. */
export function placeOf(location: { href: string }): string | undefined {
  return location.href === "/" ? undefined : location.href;
}
