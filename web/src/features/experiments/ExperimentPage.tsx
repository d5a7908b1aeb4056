import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { experiment } from "@/api/queries";
import { TracesTab } from "@/features/traces/TracesTab";
import { shortId } from "@/lib/format";
import { CopyableId, PageHeader, Tabs } from "@/ui";
import { RunsTable } from "./RunsTable";

const route = getRouteApi("/shell/experiments/$id");

/** An experiment: its runs beside each other, and the traces that were told to it. */
export function ExperimentPage() {
  const { t } = useTranslation(["experiments", "traces", "shell"]);
  const { id } = route.useParams();
  const { tab = "runs", state, q } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: one } = useSuspenseQuery(experiment(id));
  return (
    <>
      <PageHeader
        crumbs={[{ label: t("shell:nav.experiments"), link: { to: "/experiments" } }, { label: one.name }]}
        title={one.name}
        description={<CopyableId value={one.id} shown={shortId(one.id)} />}
      />
      <Tabs
        label={one.name}
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next as typeof tab }, replace: true })}
        tabs={[
          { value: "runs", label: t("experiments:runs"), content: <RunsTable key={id} experimentId={id} /> },
          {
            value: "traces",
            label: t("traces:title"),
            content: (
              <TracesTab
                experiment={one}
                state={state}
                text={q}
                onFilter={(filter) =>
                  void navigate({ search: { tab, state: filter.state, q: filter.text }, replace: true })
                }
              />
            ),
          },
        ]}
      />
    </>
  );
}
