import { Dialog as Radix } from "radix-ui";
import { X } from "lucide-react";
import type { ReactNode, SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { cn } from "./cn";
import { ErrorLine } from "./States";

const SCRIM = "fixed inset-0 z-40 animate-fade bg-scrim";

/** Opens on the first thing to fill in rather than on the button that closes; a dialog without one keeps the default. */
function focusFirstControl(event: Event) {
  const dialog = event.currentTarget as HTMLElement | null;
  const first = dialog?.querySelector<HTMLElement>("input:not([type=file]), textarea, [role=combobox]");
  if (first != null) {
    event.preventDefault();
    first.focus();
  }
}

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** The buttons at the bottom, the main one last. */
  footer?: ReactNode;
  /** Whether only a button of its own closes it: not the cross, not Escape, not a click beside it. */
  firm?: boolean;
  /** Makes the whole dialog a form. */
  onSubmit?: () => void;
  size?: "sm" | "md" | "lg";
}

const WIDTHS = { sm: "max-w-md", md: "max-w-xl", lg: "max-w-3xl" };

/** A question in front of everything else. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  firm = false,
  onSubmit,
  size = "md",
}: DialogProps) {
  const { t } = useTranslation("ui");
  const inside = (
    <>
      <header className="flex items-start gap-4 px-5 pt-4 pb-3">
        <div className="min-w-0 flex-1">
          <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
          {description !== undefined && (
            <Radix.Description className="mt-0.5 text-sm text-muted">{description}</Radix.Description>
          )}
        </div>
        {!firm && (
          <Radix.Close
            aria-label={t("close")}
            className="-mr-1.5 flex size-7 items-center justify-center rounded-md text-subtle hover:bg-hover hover:text-ink"
          >
            <X size={16} aria-hidden />
          </Radix.Close>
        )}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
      {footer !== undefined && (
        <footer className="flex items-center justify-end gap-2 rounded-b-xl border-t bg-sunken px-5 py-3">
          {footer}
        </footer>
      )}
    </>
  );
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onSubmit?.();
  };
  return (
    <Radix.Root open={open} onOpenChange={firm ? undefined : onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={SCRIM} />
        <Radix.Content
          onOpenAutoFocus={focusFirstControl}
          className={cn(
            "fixed top-[8vh] left-1/2 z-40 flex max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 animate-in flex-col rounded-xl bg-raised shadow-pop outline-none",
            WIDTHS[size],
          )}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
        >
          {onSubmit === undefined ? (
            inside
          ) : (
            <form noValidate onSubmit={submit} className="flex min-h-0 flex-col">
              {inside}
            </form>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface FormDialogProps {
  title: string;
  description?: ReactNode;
  /** The fields. */
  children: ReactNode;
  submitLabel: string;
  /** Whether what is filled in can be sent. */
  ready: boolean;
  busy: boolean;
  /** Why it could not be sent; null when nothing is wrong. */
  error: unknown;
  onSubmit: () => void;
  onClose: () => void;
  size?: DialogProps["size"];
}

/** A form in front of everything else, open for as long as it is there: it sends what is filled in, or says what is wrong. */
export function FormDialog({
  children,
  submitLabel,
  ready,
  busy,
  error,
  onSubmit,
  onClose,
  ...dialog
}: FormDialogProps) {
  const { t } = useTranslation("ui");
  return (
    <Dialog
      {...dialog}
      open
      onOpenChange={onClose}
      onSubmit={() => {
        if (ready && !busy) {
          onSubmit();
        }
      }}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={!ready}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {children}
        <ErrorLine error={error} />
      </div>
    </Dialog>
  );
}

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  confirmLabel: string;
  onConfirm: () => void;
  busy?: boolean;
  error?: ReactNode;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ confirmLabel, onConfirm, busy, error, ...dialog }: ConfirmDialogProps) {
  const { t } = useTranslation("ui");
  return (
    <Dialog
      {...dialog}
      size="sm"
      footer={
        <>
          <Button onClick={() => dialog.onOpenChange(false)}>{t("cancel")}</Button>
          <Button variant="danger" busy={busy} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {error}
    </Dialog>
  );
}

export interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  side?: "left" | "right";
  children: ReactNode;
}

/** A panel from the edge of the window. */
export function Sheet({ open, onOpenChange, title, side = "right", children }: SheetProps) {
  const { t } = useTranslation("ui");
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={SCRIM} />
        <Radix.Content
          aria-describedby={undefined}
          className={cn(
            "fixed inset-y-0 z-40 flex w-72 max-w-[calc(100vw-3rem)] animate-slide flex-col bg-surface shadow-pop outline-none",
            side === "left" ? "left-0 [--slide-from:-100%]" : "right-0 w-96 [--slide-from:100%]",
          )}
        >
          <header className="flex h-12 shrink-0 items-center justify-between border-b px-4">
            <Radix.Title className="font-semibold">{title}</Radix.Title>
            <Radix.Close
              aria-label={t("close")}
              className="-mr-1.5 flex size-7 items-center justify-center rounded-md text-subtle hover:bg-hover hover:text-ink"
            >
              <X size={16} aria-hidden />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
