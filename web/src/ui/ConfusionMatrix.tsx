import { useTranslation } from "react-i18next";
import { formatCount, formatPercent } from "@/lib/format";
import { cn } from "./cn";

export interface ConfusionMatrixProps {
  classes: readonly string[];
  /** Rows are true classes, columns are predicted ones; each cell counts rows of data. */
  matrix: readonly (readonly number[])[];
}

/** Which class was taken for which: a heat map whose colour is the share of the true class. */
export function ConfusionMatrix({ classes, matrix }: ConfusionMatrixProps) {
  const { t, i18n } = useTranslation("ui");
  const small = classes.length > 12;
  return (
    <div
      role="region"
      aria-label={t("confusion.title")}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled region must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto"
    >
      <table className="border-separate border-spacing-0.5 text-center text-xs tabular-nums">
        <caption className="pb-2 text-left text-xs text-muted">{t("confusion.caption")}</caption>
        <thead>
          <tr>
            <th className="px-2 text-right font-normal text-subtle">{t("confusion.corner")}</th>
            {classes.map((name) => (
              <th key={name} scope="col" className="h-7 min-w-9 px-1 font-medium text-muted">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((actual, row) => {
            const counts = matrix[row] ?? [];
            const total = counts.reduce((sum, count) => sum + count, 0);
            return (
              <tr key={actual}>
                <th scope="row" className="pr-2 text-right font-medium text-muted">
                  {actual}
                </th>
                {classes.map((predicted, column) => {
                  const count = counts[column] ?? 0;
                  const share = total === 0 ? 0 : count / total;
                  return (
                    <td
                      key={predicted}
                      title={t("confusion.cell", {
                        actual,
                        predicted,
                        count,
                        share: formatPercent(share, i18n.language),
                      })}
                      className={cn(
                        "rounded-sm",
                        small ? "h-7 min-w-7" : "h-9 min-w-11",
                        count === 0 ? "text-subtle" : share > 0.55 ? "font-medium text-on-accent" : "text-ink",
                      )}
                      style={{ background: count === 0 ? "var(--sunken)" : `rgb(var(--heat) / ${heat(share)})` }}
                    >
                      {formatCount(count, i18n.language)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Opacity of a share; jumps over the middle greys on which no text colour would be readable. */
function heat(share: number): number {
  return share > 0.55 ? 0.82 + 0.18 * share : 0.1 + share * 0.45;
}
