import { useQuery } from "@tanstack/react-query";
import { Server } from "lucide-react";
import { useTranslation } from "react-i18next";
import { nodes } from "@/api/queries";
import { Badge, Card, EmptyState, ErrorState, Facts, PageHeader, RelativeTime, Skeleton, StatusBadge } from "@/ui";
import { NodeLoad } from "./NodeLoad";

/** The machines that run jobs and services. */
export function NodesPage() {
  const { t } = useTranslation("platform");
  const query = useQuery(nodes);
  return (
    <>
      <PageHeader title={t("nodes.title")} description={t("nodes.description")} />
      {query.data === undefined ? (
        query.error === null ? (
          <Skeleton className="h-48 rounded-lg" />
        ) : (
          <Card>
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          </Card>
        )
      ) : query.data.items.length === 0 ? (
        <Card>
          <EmptyState icon={Server} title={t("nodes.empty")} description={t("nodes.emptyText")} />
        </Card>
      ) : (
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
          {query.data.items.map((node) => (
            <Card key={`${node.executor}/${node.id}`} title={node.name} actions={<StatusBadge status={node.state} />}>
              <div className="flex flex-col gap-5">
                <NodeLoad node={node} titled={false} />
                <Facts
                  items={[
                    [t("nodes.executor"), <Badge>{node.executor}</Badge>],
                    [t("nodes.sandbox"), node.sandbox],
                    [t("nodes.seen"), <RelativeTime at={node.seenAt} />],
                    [
                      t("nodes.labels"),
                      Object.keys(node.labels).length === 0 ? null : (
                        <span className="flex flex-wrap gap-1">
                          {Object.entries(node.labels).map(([key, value]) => (
                            <Badge key={key}>{`${key}=${value}`}</Badge>
                          ))}
                        </span>
                      ),
                    ],
                  ]}
                />
              </div>
            </Card>
          ))}
        </div>
      )}
    </>
  );
}
