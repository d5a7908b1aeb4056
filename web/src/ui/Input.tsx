import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { useFieldControl } from "./Field";

export interface InputProps extends ComponentProps<"input"> {
  /** An icon at the front, for search fields. */
  icon?: LucideIcon;
}

/** A line of text; inside a `Field` it is labelled by it. */
export function Input({ className, id, icon: Icon, ...rest }: InputProps) {
  const field = useFieldControl(id);
  const input = <input className={cn("control", Icon && "pl-8", className)} {...field} {...rest} />;
  if (Icon === undefined) {
    return input;
  }
  return (
    <span className="relative block">
      <Icon
        size={14}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-subtle"
        aria-hidden
      />
      {input}
    </span>
  );
}

/** Several lines of text. */
export function Textarea({ className, id, ...rest }: ComponentProps<"textarea">) {
  const field = useFieldControl(id);
  return <textarea className={cn("control h-auto min-h-20 py-1.5 leading-5", className)} {...field} {...rest} />;
}
