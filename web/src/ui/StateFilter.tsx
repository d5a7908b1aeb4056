import { useTranslation } from "react-i18next";
import type { Status } from "./Badge";
import { cn } from "./cn";

export interface StateFilterProps<T extends Status> {
  states: readonly T[];
  /** undefined: all of them. */
  state: T | undefined;
  onChange: (state: T | undefined) => void;
  label: string;
}

/** Of a list only what is in one state. */
export function StateFilter<T extends Status>({ states, state, onChange, label }: StateFilterProps<T>) {
  const { t } = useTranslation("ui");
  return (
    <div role="group" aria-label={label} className="flex flex-wrap gap-1">
      {[undefined, ...states].map((each) => (
        <button
          key={each ?? "all"}
          type="button"
          aria-pressed={each === state}
          onClick={() => onChange(each)}
          className={cn(
            "h-7 rounded-full border px-3 text-xs font-medium",
            each === state ? "border-transparent bg-solid text-on-solid" : "bg-surface text-muted hover:bg-hover",
          )}
        >
          {each === undefined ? t("all") : t(`status.${each}`)}
        </button>
      ))}
    </div>
  );
}
