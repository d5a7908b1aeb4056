import { getCoreRowModel, getSortedRowModel, useReactTable } from "@tanstack/react-table";
import type { ColumnDef, ColumnDefTemplate, SortingState } from "@tanstack/react-table";
import { ArrowDown, ArrowUp, ChevronsUpDown, RotateCw } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cn } from "./cn";
import { Button } from "./Button";
import { ErrorLine, ErrorState, Skeleton } from "./States";

declare module "@tanstack/react-table" {
  // The type parameters must be those of the interface that is extended.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData, TValue> {
    /** Figures are set to the right. */
    align?: "right";
    className?: string;
  }
}

export interface DataTableProps<T> {
  /** What the table lists, for screen readers. */
  label: string;
  columns: readonly ColumnDef<T>[];
  rows: readonly T[] | undefined;
  rowId: (row: T) => string;
  /** Takes the place of rows that never came; below rows that are there it says that they may be old, or not all. */
  error?: unknown;
  onRetry?: () => void;
  /** Shown in place of the rows when there are none. */
  empty?: ReactNode;
  /** Below the rows, such as {@link LoadMore}. */
  footer?: ReactNode;
  /** Edges of its own; false inside a flush card. */
  framed?: boolean;
}

const SKELETON_ROWS = [0, 1, 2, 3, 4];

/** Rows and columns: sortable, with its own loading, empty and error states. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { t } = useTranslation("ui");
  const { label, columns, rows, rowId, error, onRetry, empty, footer, framed = true } = props;
  const [sorting, setSorting] = useState<SortingState>([]);
  // eslint-disable-next-line react-hooks/incompatible-library -- the table's own memoization is the one that counts here
  const table = useReactTable({
    data: (rows ?? []) as T[],
    columns: columns as ColumnDef<T>[],
    state: { sorting },
    onSortingChange: setSorting,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const frame = framed ? "rounded-lg border bg-surface shadow-card" : "rounded-b-lg";
  if (rows === undefined && error !== undefined && error !== null) {
    return (
      <div className={frame}>
        <ErrorState error={error} onRetry={onRetry} />
      </div>
    );
  }
  if (rows?.length === 0 && empty !== undefined) {
    return <div className={frame}>{empty}</div>;
  }
  return (
    <div className={cn("min-w-0", frame)}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled region must be reachable by keyboard */}
      <div className="scroll-edges rounded-[inherit]" role="region" aria-label={label} tabIndex={0}>
        <table className="w-full border-collapse text-sm" aria-label={label} aria-busy={rows === undefined}>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id} className="border-b">
                {group.headers.map((header) => (
                  <HeaderCell
                    key={header.id}
                    align={header.column.columnDef.meta?.align}
                    sort={header.column.getCanSort() ? header.column.getIsSorted() : undefined}
                    onSort={header.column.getToggleSortingHandler()}
                  >
                    {fill(header.column.columnDef.header, header.getContext())}
                  </HeaderCell>
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            {rows === undefined
              ? SKELETON_ROWS.map((row) => (
                  <tr key={row} className="border-b last:border-0">
                    {columns.map((column, index) => (
                      <td key={column.id ?? index} className="h-10 px-4">
                        <Skeleton className={index === 0 ? "w-40" : "w-16"} />
                      </td>
                    ))}
                  </tr>
                ))
              : table.getRowModel().rows.map((row) => (
                  <tr key={row.id} className="border-b last:border-0 hover:bg-hover/60">
                    {row.getVisibleCells().map((cell) => (
                      <td
                        key={cell.id}
                        className={cn(
                          "h-10 px-4 py-1.5 first:max-w-md first:wrap-anywhere",
                          "first:[&_a]:line-clamp-2 first:[&_a]:min-w-32",
                          cell.column.columnDef.meta?.align === "right" && "text-right tabular-nums",
                          cell.column.columnDef.meta?.className,
                        )}
                      >
                        {fill(cell.column.columnDef.cell, cell.getContext())}
                      </td>
                    ))}
                  </tr>
                ))}
          </tbody>
        </table>
      </div>
      {error !== undefined && error !== null && (
        <div className="flex items-start gap-2 border-t p-2">
          <div className="min-w-0 flex-1">
            <ErrorLine error={error} />
          </div>
          {onRetry !== undefined && (
            <Button variant="ghost" icon={RotateCw} onClick={onRetry}>
              {t("error.retry")}
            </Button>
          )}
        </div>
      )}
      {footer}
    </div>
  );
}

/**
 * What stands in a cell. Its function is called, not mounted as a component of its own: columns are made anew at each rendering,
 * and whatever the cell holds would forget its state with each of them.
 */
function fill<P extends object>(template: ColumnDefTemplate<P> | undefined, context: P): ReactNode {
  return typeof template === "function" ? (template(context) as ReactNode) : template;
}

interface HeaderCellProps {
  align: "right" | undefined;
  /** undefined: cannot be sorted. */
  sort: false | "asc" | "desc" | undefined;
  onSort: ((event: unknown) => void) | undefined;
  children: ReactNode;
}

function HeaderCell({ align, sort, onSort, children }: HeaderCellProps) {
  const look = cn(
    "h-9 px-4 text-left text-xs font-medium whitespace-nowrap text-muted",
    align === "right" && "text-right",
  );
  if (sort === undefined) {
    return (
      <th scope="col" className={look}>
        {children}
      </th>
    );
  }
  const Icon = sort === "asc" ? ArrowUp : sort === "desc" ? ArrowDown : ChevronsUpDown;
  return (
    <th scope="col" aria-sort={sort === "asc" ? "ascending" : sort === "desc" ? "descending" : "none"} className={look}>
      <button
        type="button"
        onClick={onSort}
        className={cn(
          "-mx-1 inline-flex items-center gap-1 rounded-sm px-1 hover:text-ink",
          sort !== false && "text-ink",
        )}
      >
        {children}
        <Icon size={12} className={sort === false ? "text-subtle" : "text-ink"} aria-hidden />
      </button>
    </th>
  );
}

export interface LoadMoreProps {
  hasMore: boolean;
  busy: boolean;
  onMore: () => void;
}

/** The rest of a keyset-paged list, page by page. */
export function LoadMore({ hasMore, busy, onMore }: LoadMoreProps) {
  const { t } = useTranslation("ui");
  return hasMore ? (
    <div className="flex justify-center border-t p-2">
      <Button variant="ghost" size="sm" busy={busy} onClick={onMore}>
        {t("loadMore")}
      </Button>
    </div>
  ) : null;
}
