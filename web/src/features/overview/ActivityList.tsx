import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { Activity as ActivityIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { dataset } from "@/api/queries";
import type { Activity } from "@/api/types";
import type { resources } from "@/i18n/resources";
import { EmptyState, RelativeTime } from "@/ui";

type Action = keyof (typeof resources)["en"]["overview"]["activity"]["action"];

/** What was changed in the project, the newest first, as sentences of the user's language. */
export function ActivityList({ activity }: { activity: readonly Activity[] }) {
  const { t, i18n } = useTranslation("overview");
  const nameOf = useDatasetNames(activity);
  if (activity.length === 0) {
    return <EmptyState icon={ActivityIcon} title={t("activity.empty")} description={t("activity.emptyText")} />;
  }
  const sentence = (entry: Activity) => {
    const key = entry.action.replaceAll(".", "_");
    const known = i18n.exists(`overview:activity.action.${key}`) ? (key as Action) : "other";
    return t(`activity.action.${known}`, {
      ...{ name: nameOf(entry), number: "", version: "" },
      ...entry.details,
      action: entry.action,
      subject: entry.subject,
    });
  };
  return (
    <ul className="divide-y">
      {activity.map((entry) => {
        const link = linkOf(entry);
        return (
          <li key={entry.id} className="flex items-center gap-3 px-4 py-2.5">
            <span className="size-1.5 shrink-0 rounded-full bg-accent" aria-hidden />
            <span className="min-w-0 flex-1 truncate">
              {link === null ? (
                sentence(entry)
              ) : (
                <Link {...link} className="hover:underline">
                  {sentence(entry)}
                </Link>
              )}
            </span>
            <span className="text-xs text-subtle">
              <RelativeTime at={entry.at} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** A new version names its dataset by id alone; the name is asked for, and is "a dataset" until it is there or if that is gone. */
function useDatasetNames(activity: readonly Activity[]): (entry: Activity) => string {
  const { t } = useTranslation("overview");
  const ids = new Set(activity.flatMap(({ details }) => details.dataset ?? []));
  const found = useQueries({ queries: [...ids].map((id) => ({ ...dataset(id), staleTime: Infinity, retry: false })) });
  const names = new Map(found.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data.name]])));
  return ({ details }) => (details.dataset === undefined ? "" : (names.get(details.dataset) ?? t("activity.aDataset")));
}

/** The page of what was changed, by the prefix of its id; what was deleted has none. */
export function linkOf({ action, subject, details }: Activity): LinkProps | null {
  if (action.endsWith(".delete")) {
    return null;
  }
  if (action.startsWith("model.")) {
    return { to: "/models/$name", params: { name: subject.split(/[/@]/)[0] ?? subject } };
  }
  const id = subject;
  switch (subject.split("_")[0]) {
    case "ds":
      return { to: "/datasets/$id", params: { id } };
    case "dsv":
      return details.dataset === undefined ? null : { to: "/datasets/$id", params: { id: details.dataset } };
    case "job":
      return { to: "/jobs/$id", params: { id } };
    case "evl":
      return { to: "/evaluations/$id", params: { id } };
    case "svc":
      return { to: "/services/$id", params: { id } };
    case "key":
      return { to: "/api-keys" };
    default:
      return null;
  }
}
