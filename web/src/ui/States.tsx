import { CircleAlert, Inbox, RotateCw } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { Button } from "./Button";
import { cn } from "./cn";
import { CopyButton } from "./CopyButton";
import { useProblemTitle } from "./useProblemTitle";

/** A grey bar where text will be. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("h-4 animate-shimmer rounded-sm bg-selected", className)} />;
}

/** A page's worth of grey bars. */
export function PageSkeleton() {
  const { t } = useTranslation("ui");
  return (
    <div role="status" aria-label={t("loading")} className="flex flex-col gap-4">
      <Skeleton className="h-6 w-56" />
      <Skeleton className="h-4 w-80" />
      <Skeleton className="mt-4 h-40 rounded-lg" />
      <Skeleton className="h-64 rounded-lg" />
    </div>
  );
}

export interface EmptyStateProps {
  icon?: LucideIcon;
  title: string;
  description?: ReactNode;
  /** The next step. */
  action?: ReactNode;
  /** The element of the title; a page that is nothing else needs a heading. */
  as?: "p" | "h1";
  className?: string;
}

/** There is nothing yet, and this is what to do about it. */
export function EmptyState({
  icon: Icon = Inbox,
  title,
  description,
  action,
  as: Title = "p",
  className,
}: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center justify-center gap-1 px-6 py-12 text-center", className)}>
      <span className="mb-2 flex size-10 items-center justify-center rounded-lg border bg-sunken text-subtle">
        <Icon size={20} aria-hidden />
      </span>
      <Title className="font-medium">{title}</Title>
      {description !== undefined && <div className="max-w-md text-sm text-balance text-muted">{description}</div>}
      {action !== undefined && action !== false && <div className="mt-3 flex gap-2">{action}</div>}
    </div>
  );
}

export interface ErrorStateProps {
  error: unknown;
  onRetry?: () => void;
  className?: string;
}

/** What went wrong, by its code and the id under which the server's log knows it. */
export function ErrorState({ error, onRetry, className }: ErrorStateProps) {
  const { t } = useTranslation("ui");
  const problem = ApiError.of(error);
  const title = useProblemTitle()(problem);
  const detail = problem.code === "NETWORK" ? t("error.networkHelp") : problem.message;
  const report = [problem.code, problem.message, problem.requestId].filter(Boolean).join(" · ");
  return (
    <div role="alert" className={cn("flex flex-col items-center gap-1 px-6 py-12 text-center", className)}>
      <span className="mb-2 flex size-10 items-center justify-center rounded-lg bg-danger-soft text-danger">
        <CircleAlert size={20} aria-hidden />
      </span>
      <p className="font-medium">{title}</p>
      {detail !== title && <p className="max-w-lg text-sm text-balance text-muted">{detail}</p>}
      <p className="mt-1 flex items-center gap-1 font-mono text-xs text-subtle">
        <span>{problem.code}</span>
        {problem.requestId !== undefined && <span>· {problem.requestId}</span>}
        <CopyButton text={report} label={t("error.copy")} />
      </p>
      {onRetry !== undefined && (
        <Button className="mt-3" icon={RotateCw} onClick={onRetry}>
          {t("error.retry")}
        </Button>
      )}
    </div>
  );
}

/** A refusal in one line, for forms and dialogs. Violations that name a field are shown there, not here. */
export function ErrorLine({ error }: { error: unknown }) {
  const titleOf = useProblemTitle();
  if (error === null || error === undefined) {
    return null;
  }
  const problem = ApiError.of(error);
  const title = titleOf(problem);
  return (
    <div role="alert" className="flex items-start gap-2 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
      <CircleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        {problem.code !== "NETWORK" && problem.violations.length === 0 && problem.message !== title && (
          <p className="break-words">{problem.message}</p>
        )}
        {problem.violations.length > 0 && (
          <ul className="mt-1 list-disc pl-4 text-xs">
            {problem.violations.map((one) => (
              <li key={one.field + one.message}>
                <code className="font-mono">{one.field}</code>: {one.message}
              </li>
            ))}
          </ul>
        )}
        <p className="mt-0.5 font-mono text-xs">
          {problem.code}
          {problem.requestId !== undefined && ` · ${problem.requestId}`}
        </p>
      </div>
    </div>
  );
}
