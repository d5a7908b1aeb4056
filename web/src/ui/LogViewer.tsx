import { ArrowDownToLine, Download, Search, WrapText } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "./cn";
import { IconButton } from "./Button";
import { Input } from "./Input";

/** A line of output. */
export interface LogLine {
  key: string;
  stream: "stdout" | "stderr";
  text: string;
}

export interface LogViewerProps {
  lines: readonly LogLine[];
  /** How many lines before them are not kept here. */
  dropped?: number;
  /** Whether more may come. */
  live: boolean;
  label: string;
  filename?: string;
  /** Shown while there are no lines. */
  empty?: ReactNode;
  className?: string;
}

/** More than this is slow to lay out; the file has more. */
const MOST_LINES = 5000;

/** Output as it comes: follows the end until the reader scrolls up, finds text, marks what came from stderr. */
export function LogViewer({ lines, dropped = 0, live, label, filename = "log.txt", empty, className }: LogViewerProps) {
  const { t } = useTranslation("ui");
  const [search, setSearch] = useState("");
  const [wrap, setWrap] = useState(true);
  const [following, setFollowing] = useState(true);
  const box = useRef<HTMLDivElement>(null);

  const needle = search.trim().toLowerCase();
  const matching = needle === "" ? lines : lines.filter((line) => line.text.toLowerCase().includes(needle));
  const shown = matching.slice(-MOST_LINES);

  // The scroll position is the browser's, not React's.
  useEffect(() => {
    if (following && box.current !== null) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [following, shown.length, dropped]);

  const onScroll = () => {
    const element = box.current;
    if (element !== null) {
      setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < 24);
    }
  };
  const save = () => {
    const url = URL.createObjectURL(new Blob([lines.map((line) => line.text).join("\n")], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = filename;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <section
      aria-label={label}
      className={cn("flex min-w-0 flex-col rounded-lg border bg-surface shadow-card", className)}
    >
      <header className="flex flex-wrap items-center gap-2 border-b px-3 py-1.5">
        <div className="w-full sm:w-56">
          <Input
            icon={Search}
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            placeholder={t("log.search")}
            aria-label={t("log.search")}
            className="h-7"
          />
        </div>
        <span className="text-xs text-subtle tabular-nums" aria-live="polite">
          {needle !== "" && t("log.matches", { count: matching.length })}
        </span>
        <span className="ml-auto flex items-center gap-1.5 text-xs text-muted">
          <span className={cn("size-2 rounded-full", live ? "animate-shimmer bg-success" : "bg-line-strong")} />
          {live ? t("log.live") : t("log.ended")}
        </span>
        <IconButton
          size="sm"
          icon={WrapText}
          label={t("log.wrap")}
          aria-pressed={wrap}
          onClick={() => setWrap(!wrap)}
        />
        <IconButton
          size="sm"
          icon={ArrowDownToLine}
          label={t("log.follow")}
          aria-pressed={following}
          className={following ? "bg-hover text-ink" : undefined}
          onClick={() => setFollowing(true)}
        />
        <IconButton size="sm" icon={Download} label={t("log.download")} disabled={lines.length === 0} onClick={save} />
      </header>
      <div
        ref={box}
        onScroll={onScroll}
        role="log"
        aria-label={label}
        aria-live="off"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled region must be reachable by keyboard
        tabIndex={0}
        className="h-96 overflow-auto rounded-b-lg bg-sunken py-2 font-mono text-xs leading-5"
      >
        {lines.length === 0 && <div className="px-4 py-8 text-center font-sans text-sm text-muted">{empty}</div>}
        {dropped > 0 && <p className="px-4 font-sans text-subtle">{t("log.dropped", { count: dropped })}</p>}
        {matching.length > shown.length && (
          <p className="px-4 font-sans text-subtle">{t("log.cut", { count: matching.length - shown.length })}</p>
        )}
        {shown.map((line) => (
          <div
            key={line.key}
            className={cn(
              "min-h-5 border-l-2 border-transparent px-3.5",
              wrap ? "break-words whitespace-pre-wrap" : "w-max whitespace-pre",
              line.stream === "stderr" && "border-danger text-danger",
            )}
          >
            {needle === "" ? line.text : <Marked text={line.text} needle={needle} />}
          </div>
        ))}
      </div>
    </section>
  );
}

function Marked({ text, needle }: { text: string; needle: string }) {
  const parts: ReactNode[] = [];
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, from)) {
    parts.push(text.slice(from, at));
    parts.push(
      <mark key={at} className="rounded-sm bg-warning-soft text-warning">
        {text.slice(at, at + needle.length)}
      </mark>,
    );
    from = at + needle.length;
  }
  parts.push(text.slice(from));
  return parts;
}
