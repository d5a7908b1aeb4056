import { DropdownMenu as Radix } from "radix-ui";
import { Check } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

const ITEM =
  "flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-sm outline-none select-none data-[disabled]:pointer-events-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover";

export interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "center" | "end";
  className?: string;
}

/** What can be done with something. */
export function Menu({ trigger, children, align = "end", className }: MenuProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={cn("z-50 min-w-48 animate-in rounded-lg bg-raised p-1 shadow-pop", className)}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface MenuItemProps {
  icon?: LucideIcon;
  onSelect: () => void;
  children: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  /** Shown ticked, for a choice among several. */
  checked?: boolean;
}

export function MenuItem({ icon: Icon, onSelect, children, danger = false, disabled, checked }: MenuItemProps) {
  const inside = (
    <>
      {Icon && <Icon size={14} className={danger ? "" : "text-subtle"} aria-hidden />}
      {children}
      {checked === true && <Check size={14} className="ml-auto text-accent" aria-hidden />}
    </>
  );
  const look = cn(ITEM, danger && "text-danger data-[highlighted]:bg-danger-soft");
  return checked === undefined ? (
    <Radix.Item className={look} onSelect={onSelect} disabled={disabled}>
      {inside}
    </Radix.Item>
  ) : (
    <Radix.CheckboxItem className={look} checked={checked} onSelect={onSelect} disabled={disabled}>
      {inside}
    </Radix.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 py-1.5 text-xs text-subtle">{children}</Radix.Label>;
}

export function MenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
