import { Select as Radix } from "radix-ui";
import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";
import { useFieldControl, useFieldLabel } from "./Field";

export interface Option {
  value: string;
  label: string;
  /** A second line or a note at the end. */
  note?: ReactNode;
  disabled?: boolean;
}

export interface SelectProps {
  value: string;
  onChange: (value: string) => void;
  options: readonly Option[];
  placeholder?: string;
  disabled?: boolean;
  className?: string;
  "aria-label"?: string;
}

/** One of a few. For more than about ten, or to search, take `Combobox`. */
export function Select({ value, onChange, options, placeholder, disabled, className, ...rest }: SelectProps) {
  const field = useFieldControl();
  const label = useFieldLabel();
  return (
    <Radix.Root value={value} onValueChange={onChange} disabled={disabled}>
      <Radix.Trigger
        aria-labelledby={label}
        {...field}
        {...rest}
        className={cn(
          "control flex items-center justify-between gap-2 text-left data-[placeholder]:text-subtle",
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <Radix.Icon>
          <ChevronDown size={14} className="text-subtle" aria-hidden />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) animate-in overflow-hidden rounded-lg bg-raised p-1 shadow-pop"
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="flex h-8 cursor-pointer items-center gap-2 rounded-md pr-2 pl-2 text-sm outline-none select-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover"
              >
                <Radix.ItemText>{option.label}</Radix.ItemText>
                {option.note !== undefined && <span className="ml-auto text-xs text-subtle">{option.note}</span>}
                <Radix.ItemIndicator className={cn(option.note === undefined && "ml-auto")}>
                  <Check size={14} className="text-accent" aria-hidden />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
