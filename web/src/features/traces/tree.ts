import type { Span } from "@/api/types";

/** A span in its place. */
export interface SpanRow {
  span: Span;
  /** From 1 for the trace's own. */
  level: number;
  /** The row's place among its siblings, from 1, and how many they are. */
  position: number;
  siblings: number;
  /** How many spans are directly below it. */
  children: number;
}

/** The spans as they stand below each other; what lies below a collapsed one is left out. */
export function rowsOf(spans: readonly Span[], collapsed: ReadonlySet<string>): SpanRow[] {
  const ids = new Set(spans.map((span) => span.id));
  const children = new Map<string | undefined, Span[]>();
  for (const span of spans) {
    // A span whose parent was never told, or is itself, would be nowhere.
    const parent =
      span.parentId != null && span.parentId !== span.id && ids.has(span.parentId) ? span.parentId : undefined;
    const siblings = children.get(parent);
    if (siblings === undefined) {
      children.set(parent, [span]);
    } else {
      siblings.push(span);
    }
  }
  const roots = [...(children.get(undefined) ?? [])];
  const reached = new Set(walk(roots, children, new Set()).map((row) => row.span.id));
  for (const span of spans) {
    // Of spans that are below each other in a circle the first one stands at the top, once, and the others below it.
    if (!reached.has(span.id)) {
      const siblings = children.get(span.parentId ?? undefined) ?? [];
      siblings.splice(siblings.indexOf(span), 1);
      roots.push(span);
      walk([span], children, new Set()).forEach((row) => reached.add(row.span.id));
    }
  }
  return walk(roots, children, collapsed);
}

/** The rows from some spans down. No recursion: a chain of spans may be deeper than the stack. */
function walk(
  roots: readonly Span[],
  children: ReadonlyMap<string | undefined, readonly Span[]>,
  collapsed: ReadonlySet<string>,
): SpanRow[] {
  const rows: SpanRow[] = [];
  const waiting = placed(roots, 1);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const below = children.get(next.span.id) ?? [];
    rows.push({ ...next, children: below.length });
    if (!collapsed.has(next.span.id)) {
      for (const row of placed(below, next.level + 1)) {
        waiting.push(row);
      }
    }
  }
  return rows;
}

/** Siblings, the last one first. */
function placed(siblings: readonly Span[], level: number): Omit<SpanRow, "children">[] {
  return siblings.map((span, index) => ({ span, level, position: index + 1, siblings: siblings.length })).reverse();
}

/** How long the whole is, in nanoseconds; never zero, so that shares of it are numbers. */
export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((most, span) => Math.max(most, span.endNanos ?? span.startNanos), 1);
}

/** Where a span lies in the whole: from where, and how much of it, as shares. One that goes on reaches to the end. */
export function barOf(span: Span, length: number): { from: number; share: number } {
  const from = span.startNanos / length;
  return { from, share: Math.max(0, (span.endNanos ?? length) / length - from) };
}
