import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";

export interface PopoverProps {
  trigger: ReactNode;
  children: ReactNode;
  /** What is inside, for screen readers. */
  label: string;
  align?: "start" | "center" | "end";
}

/** Something small beside the thing it belongs to. */
export function Popover({ trigger, children, label, align = "start" }: PopoverProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          className="z-50 w-72 animate-in rounded-lg bg-raised p-4 text-sm shadow-pop outline-none"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
