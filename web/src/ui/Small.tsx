import { Link } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { Progress as RadixProgress } from "radix-ui";
import { useEffect } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatBytes, formatDuration, formatRelative } from "@/lib/format";
import { useNow } from "@/lib/now";
import { cn } from "./cn";
import { CopyButton } from "./CopyButton";
import { Tooltip } from "./Tooltip";

/** A key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border bg-sunken px-1 font-sans text-2xs text-muted">
      {children}
    </kbd>
  );
}

export interface ProgressProps {
  /** From 0 to 1; null when nobody knows. */
  value: number | null;
  label: string;
}

/** How far something is. */
export function Progress({ value, label }: ProgressProps) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <RadixProgress.Root
      value={percent}
      aria-label={label}
      className="relative h-1.5 w-full overflow-hidden rounded-full bg-selected"
    >
      <RadixProgress.Indicator
        className={cn("h-full rounded-full bg-accent transition-[width]", percent === null && "w-1/3 animate-sweep")}
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </RadixProgress.Root>
  );
}

/** How long ago, with the exact time on hover; keeps itself true. */
export function RelativeTime({ at }: { at: string | number }) {
  const { i18n } = useTranslation();
  const now = useNow();
  const date = new Date(at);
  return (
    <Tooltip label={date.toLocaleString(i18n.language, { dateStyle: "medium", timeStyle: "medium" })}>
      <time dateTime={date.toISOString()} className="whitespace-nowrap">
        {formatRelative(date.getTime(), now, i18n.language)}
      </time>
    </Tooltip>
  );
}

/** How long from one time to another, or until now. */
export function Elapsed({ from, to }: { from: string; to?: string | null }) {
  const now = useNow();
  const end = to == null ? now : Date.parse(to);
  return <span className="whitespace-nowrap tabular-nums">{formatDuration(end - Date.parse(from))}</span>;
}

/** A size in binary units, the exact figure on hover. */
export function Bytes({ value }: { value: number }) {
  const { i18n } = useTranslation();
  return (
    <Tooltip label={`${value.toLocaleString(i18n.language)} B`}>
      <span className="whitespace-nowrap tabular-nums">{formatBytes(value, i18n.language)}</span>
    </Tooltip>
  );
}

/** An id or hash, cut short, with a button for the whole. */
export function CopyableId({ value, shown }: { value: string; shown: string }) {
  return (
    <span className="inline-flex items-center gap-0.5">
      <code className="font-mono text-xs text-muted" title={value}>
        {shown}
      </code>
      <CopyButton text={value} />
    </span>
  );
}

export interface Crumb {
  label: string;
  link?: LinkProps;
}

/** The way from the top to this page. */
export function Breadcrumbs({ items }: { items: readonly Crumb[] }) {
  const { t } = useTranslation("ui");
  return (
    <nav aria-label={t("breadcrumbs")}>
      <ol className="flex items-center gap-1 text-xs text-muted">
        {items.map((item, index) => (
          <li key={index} className={cn("flex items-center gap-1", item.link === undefined ? "min-w-0" : "shrink-0")}>
            {index > 0 && <ChevronRight size={12} className="shrink-0 text-subtle" aria-hidden />}
            {item.link === undefined ? (
              <span aria-current="page" className="truncate">
                {item.label}
              </span>
            ) : (
              <Link {...item.link} className="max-w-40 truncate rounded-sm hover:text-ink sm:max-w-80">
                {item.label}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Short facts in one line, with dots between them; what is empty is left out. */
export function Meta({ items }: { items: readonly ReactNode[] }) {
  const shown = items.filter((item) => item !== null && item !== undefined && item !== false && item !== "");
  return (
    <span className="flex flex-wrap items-center gap-x-1.5">
      {shown.map((item, index) => (
        <span key={index} className="flex min-w-0 items-center gap-1.5">
          {item}
          {index < shown.length - 1 && <span aria-hidden>·</span>}
        </span>
      ))}
    </span>
  );
}

/** What the window and the browser's history call the page. */
export function PageTitle({ children }: { children: string }) {
  useEffect(() => {
    document.title = `${children} · Trine`;
  }, [children]);
  return null;
}

export interface PageHeaderProps {
  title: string;
  description?: ReactNode;
  crumbs?: readonly Crumb[];
  badge?: ReactNode;
  actions?: ReactNode;
}

/** The head of a page: where one is, what it is, what can be done. */
export function PageHeader({ title, description, crumbs, badge, actions }: PageHeaderProps) {
  return (
    <header className="mb-5 flex flex-col gap-2">
      <PageTitle>{title}</PageTitle>
      {crumbs && <Breadcrumbs items={crumbs} />}
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-64">
          <div className="flex flex-wrap items-center gap-2.5">
            <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
            {badge}
          </div>
          {description !== undefined && <div className="mt-1.5 text-sm wrap-anywhere text-muted">{description}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  );
}
