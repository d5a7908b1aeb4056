import { createContext, use, useId } from "react";
import type { ReactNode } from "react";
import { cn } from "./cn";

interface FieldIds {
  control: string;
  label: string;
  description: string | undefined;
  invalid: boolean;
  required: boolean;
}

const FieldContext = createContext<FieldIds | null>(null);

/** The attributes that tie a control to the {@link Field} around it; empty outside of one. */
export function useFieldControl(id?: string) {
  const field = use(FieldContext);
  if (field === null) {
    return { id };
  }
  return {
    id: id ?? field.control,
    "aria-describedby": field.description,
    "aria-invalid": field.invalid || undefined,
    "aria-required": field.required || undefined,
  };
}

/** The id of the label of the {@link Field} around, for controls that `for` cannot reach. */
export function useFieldLabel(): string | undefined {
  return use(FieldContext)?.label;
}

export interface FieldProps {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  /** Shown behind the label, such as "optional". */
  hint?: string;
  className?: string;
  children: ReactNode;
}

/** A control with its label, its help and what is wrong with it, tied together for screen readers. */
export function Field({ label, help, error, required = false, hint, className, children }: FieldProps) {
  const base = useId();
  const invalid = error !== undefined && error !== "";
  const ids: FieldIds = {
    control: `${base}-control`,
    label: `${base}-label`,
    description: invalid ? `${base}-error` : help === undefined ? undefined : `${base}-help`,
    invalid,
    required,
  };
  return (
    <FieldContext value={ids}>
      <div className={cn("flex min-w-0 flex-col gap-1.5", className)}>
        <label
          id={ids.label}
          htmlFor={ids.control}
          className="flex items-baseline gap-1.5 text-xs font-medium text-ink"
        >
          {label}
          {hint !== undefined && <span className="font-normal text-subtle">{hint}</span>}
        </label>
        {children}
        {invalid ? (
          <p id={`${base}-error`} role="alert" className="text-xs text-danger">
            {error}
          </p>
        ) : (
          help !== undefined && (
            <p id={`${base}-help`} className="text-xs text-subtle">
              {help}
            </p>
          )
        )}
      </div>
    </FieldContext>
  );
}
