import { cn } from "./cn";
import { CopyButton } from "./CopyButton";

export interface CodeBlockProps {
  code: string;
  /** What the code is, read aloud and shown above it. */
  label: string;
  /** Breaks long lines, of text that is no program, and scrolls what is long. */
  wrap?: boolean;
  className?: string;
}

/** Code to read and to take along. */
export function CodeBlock({ code, label, wrap = false, className }: CodeBlockProps) {
  const flow = wrap ? "max-h-[60vh] overflow-y-auto wrap-anywhere whitespace-pre-wrap" : "overflow-x-auto";
  return (
    <figure className={cn("min-w-0 overflow-hidden rounded-md border bg-sunken", className)}>
      <figcaption className="flex h-8 items-center justify-between border-b pr-1 pl-3 text-xs text-muted">
        {label}
        <CopyButton text={code} />
      </figcaption>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled region must be reachable by keyboard */}
      <pre tabIndex={0} aria-label={label} className={cn("p-3 font-mono text-xs leading-5", flow)}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}

/** A name from the machine's world inside a sentence. */
export function Code({ children, className }: { children: string; className?: string }) {
  return (
    <code className={cn("rounded-sm bg-hover px-1 py-0.5 font-mono text-xs break-all text-ink", className)}>
      {children}
    </code>
  );
}
