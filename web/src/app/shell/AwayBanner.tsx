import { notifyManager, useQueryClient } from "@tanstack/react-query";
import type { QueryCache } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { useProblemTitle } from "@/ui";

/** Why something on the page could not be asked for anew; what was never there says so in its own place. */
function whatIsAway(queries: QueryCache): Error | null {
  const stale = queries
    .getAll()
    .find(
      (query) =>
        query.state.data !== undefined &&
        query.state.error !== null &&
        query.isActive() &&
        ApiError.of(query.state.error).transient,
    );
  return stale?.state.error ?? null;
}

/** Says once, above everything, that the platform went away under a page and that what it shows may be old. */
export function AwayBanner() {
  const { t } = useTranslation("shell");
  const titleOf = useProblemTitle();
  const queries = useQueryClient().getQueryCache();
  const error = useSyncExternalStore(
    (listener) => queries.subscribe(notifyManager.batchCalls(listener)),
    () => whatIsAway(queries),
  );
  return (
    <div role="status">
      {error !== null && (
        <p className="flex items-center gap-2 border-b bg-warning-soft px-4 py-2 text-warning nav:px-8">
          <CloudOff size={16} className="shrink-0" aria-hidden />
          <span>
            <strong className="font-medium">{titleOf(error)}.</strong> {t("away")}
          </span>
        </p>
      )}
    </div>
  );
}
