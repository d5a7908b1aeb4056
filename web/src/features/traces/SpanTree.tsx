import { ChevronRight, CircleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent, MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Span } from "@/api/types";
import { formatNanos } from "@/lib/format";
import { cn } from "@/ui";
import { kindOf } from "./spanKinds";
import { barOf, lengthOf, rowsOf } from "./tree";
import type { SpanRow } from "./tree";

/** Pixels; every row has this height, so that only those in sight need to be there. */
const ROW = 32;
/** More rows than the box can show, and how many more above and below. */
const IN_SIGHT = 32;
const BEYOND = 10;

export interface SpanTreeProps {
  spans: readonly Span[];
  selected: string | undefined;
  onSelect: (span: string) => void;
  label: string;
}

/** Spans below each other with their time as bars. The keys are those of any tree. */
export function SpanTree({ spans, selected, onSelect, label }: SpanTreeProps) {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [first, setFirst] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const rows = rowsOf(spans, collapsed);
  const length = lengthOf(spans);
  const at = rows.findIndex((row) => row.span.id === selected);
  const from = Math.max(0, Math.min(first, rows.length - IN_SIGHT) - BEYOND);
  const shown = rows.slice(from, from + IN_SIGHT + 2 * BEYOND);

  // The scroll position is the browser's, not React's.
  useEffect(() => {
    const element = box.current;
    if (element !== null && at >= 0) {
      element.scrollTop = Math.max((at + 1) * ROW - element.clientHeight, Math.min(element.scrollTop, at * ROW));
    }
  }, [at]);

  const toggle = (id: string) => {
    const next = new Set(collapsed);
    if (!next.delete(id)) {
      next.add(id);
    }
    setCollapsed(next);
  };
  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const target = event.target as Element;
    const id = target.closest<HTMLElement>("[data-span]")?.dataset.span;
    if (id === undefined) {
      return;
    }
    if (target.closest("[data-toggle]") !== null) {
      toggle(id);
    } else {
      onSelect(id);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at];
    const action = row === undefined ? firstStep(event.key, rows) : step(event.key, rows, at, row, collapsed);
    if (action === undefined) {
      return;
    }
    event.preventDefault();
    if (action.toggle !== undefined) {
      toggle(action.toggle);
    }
    if (action.select !== undefined) {
      onSelect(action.select);
    }
  };
  return (
    <div
      ref={box}
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={at >= from && at < from + shown.length ? rowId(rows[at]) : undefined}
      onClick={onClick}
      onKeyDown={onKeyDown}
      onScroll={(event) => setFirst(Math.floor(event.currentTarget.scrollTop / ROW))}
      className="max-h-[min(65vh,60rem)] overflow-y-auto rounded-b-lg focus-visible:-outline-offset-2"
    >
      <div role="none" style={{ height: rows.length * ROW, paddingTop: from * ROW }}>
        {shown.map((row) => (
          <TreeItem
            key={row.span.id}
            row={row}
            length={length}
            selected={row.span.id === selected}
            expanded={row.children === 0 ? undefined : !collapsed.has(row.span.id)}
          />
        ))}
      </div>
    </div>
  );
}

/** What a key does. */
interface Action {
  select?: string | undefined;
  toggle?: string;
}

function firstStep(key: string, rows: readonly SpanRow[]): Action | undefined {
  return /^(Arrow(Down|Up)|Home)$/.test(key) ? { select: rows[0]?.span.id } : undefined;
}

function step(
  key: string,
  rows: readonly SpanRow[],
  at: number,
  { span, level, children }: SpanRow,
  collapsed: ReadonlySet<string>,
): Action | undefined {
  const open = children > 0 && !collapsed.has(span.id);
  switch (key) {
    case "ArrowDown":
      return { select: rows[at + 1]?.span.id };
    case "ArrowUp":
      return { select: rows[at - 1]?.span.id };
    case "Home":
      return { select: rows[0]?.span.id };
    case "End":
      return { select: rows.at(-1)?.span.id };
    case "ArrowRight":
      return children > 0 && !open ? { toggle: span.id } : { select: open ? rows[at + 1]?.span.id : undefined };
    case "ArrowLeft":
      return open ? { toggle: span.id } : { select: rows.slice(0, at).findLast((row) => row.level < level)?.span.id };
    case "Enter":
    case " ":
      return children > 0 ? { toggle: span.id } : {};
    default:
      return undefined;
  }
}

function rowId(row: SpanRow | undefined): string | undefined {
  return row && `span-${row.span.id}`;
}

interface TreeItemProps {
  row: SpanRow;
  length: number;
  selected: boolean;
  /** undefined: there is nothing below it. */
  expanded: boolean | undefined;
}

function TreeItem({ row, length, selected, expanded }: TreeItemProps) {
  const { t } = useTranslation("traces");
  const { span } = row;
  const { icon: Icon, colour } = kindOf(span.type);
  const failed = span.status === "ERROR";
  const bar = barOf(span, length);
  return (
    <div
      id={rowId(row)}
      data-span={span.id}
      role="treeitem"
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={expanded}
      aria-selected={selected}
      className={cn(
        "flex h-8 cursor-pointer items-center gap-3 border-l-2 border-transparent pr-3 hover:bg-hover/60",
        selected && "border-accent bg-selected/70 hover:bg-selected/70",
      )}
    >
      <span
        className="flex min-w-0 flex-1 basis-3/5 items-center gap-1.5"
        // A deep chain must leave room for its names.
        style={{ paddingLeft: 4 + Math.min(row.level - 1, 12) * 14 }}
      >
        <span data-toggle={expanded === undefined ? undefined : true} className="flex size-5 shrink-0 items-center">
          {expanded !== undefined && (
            <ChevronRight
              size={14}
              aria-hidden
              className={cn("mx-auto text-subtle transition-transform hover:text-ink", expanded && "rotate-90")}
            />
          )}
        </span>
        <Icon size={14} className="shrink-0" style={{ color: colour }} aria-hidden />
        <span className={cn("truncate", failed && "text-danger")} title={span.name}>
          {span.name}
        </span>
        {failed && <CircleAlert size={13} className="shrink-0 text-danger" role="img" aria-label={t("failed")} />}
      </span>
      <span aria-hidden className="relative h-2 min-w-0 flex-1 basis-1/4 rounded-full bg-hover">
        <span
          className="absolute inset-y-0 min-w-0.5 rounded-full"
          style={{
            left: `${Math.min(bar.from * 100, 99.5)}%`,
            width: `${bar.share * 100}%`,
            background: failed ? "var(--danger)" : colour,
          }}
        />
      </span>
      <span className="w-16 shrink-0 text-right text-xs whitespace-nowrap text-muted tabular-nums">
        {span.endNanos == null ? t("goesOn") : formatNanos(span.endNanos - span.startNanos)}
      </span>
    </div>
  );
}
