/** Ticks at round values (1, 2 or 5 times a power of ten) that cover a range. */
export function ticks(low: number, high: number, about: number): number[] {
  if (!(high > low)) {
    return [low];
  }
  const rough = (high - low) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** A range a little wider than the values, never empty. */
export function extent(values: readonly number[], margin: number): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) {
    return [0, 1];
  }
  let low = Infinity;
  let high = -Infinity;
  for (const value of finite) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) {
    const pad = low === 0 ? 1 : Math.abs(low) * 0.1;
    return [low - pad, high + pad];
  }
  const pad = (high - low) * margin;
  return [low - pad, high + pad];
}

/** The index of the value nearest to `target` in an ascending list; -1 of none. */
export function nearest(ascending: readonly number[], target: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < target) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const here = ascending[low];
  const before = ascending[low - 1];
  return here !== undefined && before !== undefined && target - before < here - target ? low - 1 : high < 0 ? -1 : low;
}
