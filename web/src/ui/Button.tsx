import { Slot } from "radix-ui";
import { LoaderCircle } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { Tooltip } from "./Tooltip";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

const VARIANTS: Record<ButtonVariant, string> = {
  primary: "bg-solid text-on-solid hover:bg-solid-hover",
  secondary: "border border-line-strong bg-surface text-ink shadow-card hover:bg-hover",
  ghost: "text-muted hover:bg-hover hover:text-ink",
  danger: "bg-danger-solid text-white hover:opacity-90",
};
const SIZES: Record<ButtonSize, string> = {
  sm: "h-7 gap-1.5 px-2 text-xs",
  md: "h-8 gap-1.5 px-3 text-sm",
  lg: "h-9 gap-2 px-4 text-base",
};

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: LucideIcon;
  /** Shows a spinner and takes no more clicks; the label stays, so that nothing jumps. */
  busy?: boolean;
  /** Dresses the only child (a link) as a button instead. */
  asChild?: boolean;
}

/** The one button. `primary` is for the one main action of a view. */
export function Button({
  variant = "secondary",
  size = "md",
  icon: Icon,
  busy = false,
  asChild = false,
  className,
  children,
  disabled,
  type = "button",
  ...rest
}: ButtonProps) {
  const look = cn(
    "inline-flex shrink-0 items-center justify-center rounded-md font-medium whitespace-nowrap transition-colors select-none",
    "disabled:pointer-events-none disabled:opacity-50",
    VARIANTS[variant],
    SIZES[size],
    className,
  );
  if (asChild) {
    return (
      <Slot.Root className={look} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  const iconSize = size === "lg" ? 16 : 14;
  return (
    <button type={type} className={look} disabled={disabled === true || busy} aria-busy={busy || undefined} {...rest}>
      {busy ? (
        <LoaderCircle size={iconSize} className="animate-spin" aria-hidden />
      ) : (
        Icon && <Icon size={iconSize} aria-hidden />
      )}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "icon" | "children" | "asChild"> {
  icon: LucideIcon;
  /** What it does: the accessible name and the tooltip. */
  label: string;
}

/** A button that is only an icon; its label is read aloud and shown on hover. */
export function IconButton({
  icon: Icon,
  label,
  variant = "ghost",
  size = "md",
  className,
  busy,
  ...rest
}: IconButtonProps) {
  const Shown = busy === true ? LoaderCircle : Icon;
  return (
    <Tooltip label={label}>
      <Button
        variant={variant}
        size={size}
        aria-label={label}
        className={cn("px-0", size === "sm" ? "w-7" : size === "lg" ? "w-9" : "w-8", className)}
        {...rest}
      >
        <Shown size={size === "sm" ? 14 : 16} className={cn(busy === true && "animate-spin")} aria-hidden />
      </Button>
    </Tooltip>
  );
}
