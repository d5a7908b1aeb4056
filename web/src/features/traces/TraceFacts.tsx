import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { run as runQuery } from "@/api/queries";
import type { TraceSummary } from "@/api/types";
import { shortId } from "@/lib/format";
import { Badge, Card, Facts } from "@/ui";

/** Tags of the client's own tools, which say nothing to a reader. */
const INTERNAL = "mlflow.";

/** Where a trace belongs: its runs, its conversation, its tags; nothing if it is told of none. */
export function TraceFacts({ trace }: { trace: TraceSummary }) {
  const { t } = useTranslation("traces");
  const tags = Object.entries(trace.tags)
    .filter(([key]) => !key.startsWith(INTERNAL))
    .sort(([a], [b]) => a.localeCompare(b));
  return trace.runs.length + tags.length === 0 && trace.session == null ? null : (
    <Card className="mb-4">
      <Facts
        items={[
          [t("runs"), trace.runs.length === 0 ? null : <Runs ids={trace.runs} />],
          [t("session"), trace.session],
          [
            t("tags"),
            tags.length === 0 ? null : (
              <span className="flex flex-wrap gap-1">
                {tags.map(([key, value]) => (
                  <Badge key={key}>
                    <span title={`${key}: ${value}`}>{`${key}: ${value}`}</span>
                  </Badge>
                ))}
              </span>
            ),
          ],
        ]}
      />
    </Card>
  );
}

/** By their names; a run that is gone by its id. */
function Runs({ ids }: { ids: readonly string[] }) {
  const found = useQueries({ queries: ids.map((id) => runQuery(id)) });
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-1">
      {ids.map((id, index) => (
        <Link key={id} to="/runs/$id" params={{ id }} className="link">
          {found[index]?.data?.name ?? shortId(id)}
        </Link>
      ))}
    </span>
  );
}
