import type { ReactNode } from "react";

/** A chapter of the gallery. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-b py-8 last:border-0">
      <h2 className="mb-4 text-lg font-semibold tracking-tight">{title}</h2>
      <div className="flex flex-col gap-6">{children}</div>
    </section>
  );
}

/** One component, with its name. */
export function Specimen({ name, children, wide = false }: { name: string; children: ReactNode; wide?: boolean }) {
  return (
    <div className="grid grid-cols-1 gap-2 md:grid-cols-[8rem_1fr]">
      <h3 className="pt-1 font-mono text-xs text-muted">{name}</h3>
      <div className={wide ? "min-w-0" : "flex min-w-0 flex-wrap items-start gap-3"}>{children}</div>
    </div>
  );
}
