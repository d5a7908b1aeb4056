import { Command, defaultFilter } from "cmdk";
import { Check, ChevronsUpDown, Plus } from "lucide-react";
import { Popover as Radix } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "./cn";
import { useFieldControl, useFieldLabel } from "./Field";
import type { Option } from "./Select";

export interface ComboboxProps {
  value: string;
  onChange: (value: string) => void;
  options: readonly Option[];
  placeholder: string;
  /** Told what is typed, where the options are those found for it elsewhere; without it they are searched here. */
  onSearch?: (text: string) => void;
  /** Lets the user take a text that is not among the options. */
  allowNew?: boolean;
  disabled?: boolean;
  "aria-label"?: string;
}

const NEW = "\0new";

/** What is there comes before what would be new, however well the new text matches itself. */
function rank(value: string, search: string, keywords?: string[]): number {
  return value === NEW ? 1e-6 : defaultFilter(value, search, keywords);
}

/** One of many, found by typing; with `allowNew` also something new. */
export function Combobox({
  value,
  onChange,
  options,
  placeholder,
  onSearch,
  allowNew = false,
  disabled,
  ...rest
}: ComboboxProps) {
  const { t } = useTranslation("ui");
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const field = useFieldControl();
  const label = useFieldLabel();
  const shown = options.find((option) => option.value === value)?.label ?? value;
  const typed = search.trim();
  const isNew = allowNew && typed !== "" && !options.some((option) => option.label === typed);

  const type = (text: string) => {
    setSearch(text);
    onSearch?.(text.trim());
  };
  const turn = (next: boolean) => {
    setOpen(next);
    type("");
  };
  const choose = (next: string) => {
    onChange(next);
    turn(false);
  };
  return (
    <Radix.Root open={open} onOpenChange={turn}>
      <Radix.Trigger
        role="combobox"
        aria-expanded={open}
        aria-labelledby={label}
        disabled={disabled}
        {...field}
        {...rest}
        className={cn("control flex items-center justify-between gap-2 text-left", shown === "" && "text-subtle")}
      >
        <span className="truncate">{shown === "" ? placeholder : shown}</span>
        <ChevronsUpDown size={14} className="shrink-0 text-subtle" aria-hidden />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="start"
          sideOffset={4}
          className="z-50 w-(--radix-popover-trigger-width) min-w-56 animate-in rounded-lg bg-raised shadow-pop"
        >
          <Command label={placeholder} filter={rank} shouldFilter={onSearch === undefined} className="flex flex-col">
            <Command.Input
              value={search}
              onValueChange={type}
              placeholder={t("search")}
              className="h-9 border-b bg-transparent px-3 text-sm outline-none placeholder:text-subtle"
            />
            <Command.List className="max-h-60 overflow-y-auto p-1">
              {!isNew && (
                <Command.Empty className="px-2 py-4 text-center text-subtle">{t("nothingFound")}</Command.Empty>
              )}
              {options.map((option) => (
                <Command.Item
                  key={option.value}
                  value={option.value}
                  keywords={[option.label]}
                  disabled={option.disabled}
                  onSelect={() => choose(option.value)}
                  className="flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-sm data-[disabled=true]:opacity-50 data-[selected=true]:bg-hover"
                >
                  <span className="truncate">{option.label}</span>
                  {option.note !== undefined && <span className="ml-auto text-xs text-subtle">{option.note}</span>}
                  {option.value === value && (
                    <Check
                      size={14}
                      className={cn("text-accent", option.note === undefined && "ml-auto")}
                      aria-hidden
                    />
                  )}
                </Command.Item>
              ))}
              {isNew && (
                <Command.Item
                  value={NEW}
                  onSelect={() => choose(typed)}
                  className="flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-sm data-[selected=true]:bg-hover"
                >
                  <Plus size={14} className="text-subtle" aria-hidden />
                  {t("useNew", { text: typed })}
                </Command.Item>
              )}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
