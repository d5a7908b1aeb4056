import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

export interface CardProps {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** For content that brings its own edges, such as tables. */
  flush?: boolean;
  className?: string;
}

/** A box with a heading. */
export function Card({ title, description, actions, children, flush = false, className }: CardProps) {
  return (
    <section className={cn("flex min-w-0 flex-col rounded-lg border bg-surface shadow-card", className)}>
      {(title !== undefined || actions !== undefined) && (
        <header
          className={cn(
            "flex min-h-11 items-center gap-3 px-4",
            description === undefined ? "py-2" : "py-3",
            flush && "border-b",
          )}
        >
          <div className="min-w-0 flex-1">
            <h2 className="truncate text-sm font-semibold">{title}</h2>
            {description !== undefined && <p className="text-xs text-subtle">{description}</p>}
          </div>
          {actions !== undefined && <div className="flex items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={cn("min-w-0 flex-1", !flush && "px-4 pb-4", !flush && title === undefined && "pt-4")}>
        {children}
      </div>
    </section>
  );
}

export interface StatProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  icon?: LucideIcon;
}

/** One figure and what it is. */
export function Stat({ label, value, note, icon: Icon }: StatProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1 rounded-lg border bg-surface px-4 py-3 shadow-card">
      <span className="flex items-center gap-1.5 text-xs text-muted">
        {Icon && <Icon size={14} aria-hidden />}
        <span className="truncate">{label}</span>
      </span>
      <span className="truncate text-xl font-semibold tracking-tight tabular-nums">{value}</span>
      {note !== undefined && <span className="min-h-4 truncate text-xs text-subtle">{note}</span>}
    </div>
  );
}

/** Names and values in two columns. A value of null is left out. */
export function Facts({ items, className }: { items: readonly (readonly [string, ReactNode])[]; className?: string }) {
  return (
    <dl
      className={cn(
        "grid grid-cols-[minmax(6rem,max-content)_1fr] content-start items-baseline gap-x-6 gap-y-2 text-sm",
        className,
      )}
    >
      {items
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 wrap-anywhere">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
