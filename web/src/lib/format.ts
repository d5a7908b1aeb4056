const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Binary units, three significant digits: `1.50 MiB`. */
export function formatBytes(bytes: number, locale: string): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 ? 0 : value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const number = value.toLocaleString(locale, { minimumFractionDigits: 0, maximumFractionDigits: digits });
  return `${number} ${UNITS[unit] ?? "B"}`;
}

/** At most four significant digits, as metrics are read. */
export function formatMetric(value: number, locale: string): string {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e7)) {
    return value.toExponential(3);
  }
  return value.toLocaleString(locale, { maximumSignificantDigits: size >= 1000 ? 7 : 4 });
}

export function formatPercent(share: number, locale: string, digits = 1): string {
  return share.toLocaleString(locale, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

export function formatCount(count: number, locale: string): string {
  return count.toLocaleString(locale);
}

/** `820 ms`, `4.2 s`, `3 m 05 s`, `2 h 07 m`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < 60_000) {
    return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  }
  const seconds = Math.floor(ms / 1000);
  const pad = (value: number) => String(value).padStart(2, "0");
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} m ${pad(seconds % 60)} s`
    : `${Math.floor(seconds / 3600)} h ${pad(Math.floor((seconds % 3600) / 60))} m`;
}

/** The same of nanoseconds, as short as they may be: `740 ns`, `12.5 µs`, `1.20 ms`. */
export function formatNanos(nanoseconds: number): string {
  const ns = Math.max(0, nanoseconds);
  if (ns < 1000) {
    return `${Math.round(ns)} ns`;
  }
  if (ns < 1e6) {
    return `${(ns / 1000).toPrecision(ns < 999_500 ? 3 : 4)} µs`;
  }
  return ns < 1e8 ? `${(ns / 1e6).toPrecision(3)} ms` : formatDuration(ns / 1e6);
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** `5 minutes ago`, in the user's language, to the nearest whole unit: a second short of 90 days is 3 months, not 2. */
export function formatRelative(time: number, now: number, locale: string): string {
  const seconds = Math.round((time - now) / 1000);
  // A figure that rounds up to the next larger unit is told in that: 59.9 minutes are an hour.
  const size = (finer: number) => Math.max(Math.abs(seconds), Math.abs(Math.round(seconds / finer)) * finer);
  const [unit, length] = STEPS.find(([, least], index) => size(STEPS[index + 1]?.[1] ?? 1) >= least) ?? ["second", 1];
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  return format.format(Math.round(seconds / length), unit);
}

/** The first characters of a hash, as it is named in speech. */
export function shortHash(hash: string): string {
  return hash.replace(/^sha256:/, "").slice(0, 12);
}

/** `job_0190c0ffee…` as `job_…c0ffee`: UUIDv7 ids differ at their end. */
export function shortId(id: string): string {
  const cut = id.indexOf("_");
  return cut < 0 || id.length < 16 ? id : `${id.slice(0, cut + 1)}…${id.slice(-8)}`;
}
