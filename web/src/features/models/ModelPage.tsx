import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Boxes, Rocket, Scale, Tag } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { model as modelQuery, modelVersions } from "@/api/queries";
import type { ModelVersion } from "@/api/types";
import { NewEvaluationDialog } from "@/features/evaluations/NewEvaluationDialog";
import { useSignature } from "@/features/services/useSignature";
import { shortHash, shortId } from "@/lib/format";
import { useAllowed } from "@/lib/useCan";
import { useList } from "@/lib/useList";
import {
  Badge,
  Button,
  Bytes,
  Card,
  CopyableId,
  EmptyState,
  ErrorState,
  Facts,
  PageHeader,
  RelativeTime,
  Skeleton,
} from "@/ui";
import { AliasDialog } from "./AliasDialog";
import { DeployDialog } from "./DeployDialog";
import { SignatureTable } from "./SignatureTable";

const route = getRouteApi("/shell/models/$name");

/** One model: its versions, what they are called, where they come from. */
export function ModelPage() {
  const { t } = useTranslation(["models", "shell"]);
  const { name } = route.useParams();
  const { data: model } = useSuspenseQuery(modelQuery(name));
  const versions = useList(modelVersions(name));
  return (
    <>
      <PageHeader
        crumbs={[{ label: t("shell:nav.models"), link: { to: "/models" } }, { label: name }]}
        title={name}
        description={model.description === "" ? undefined : model.description}
        badge={Object.entries(model.aliases).map(([alias, version]) => (
          <Badge key={alias} tone="accent">{`${alias} → v${version}`}</Badge>
        ))}
      />
      {versions.rows === undefined ? (
        versions.error === null ? (
          <Skeleton className="h-48 rounded-lg" />
        ) : (
          <ErrorState error={versions.error} onRetry={versions.onRetry} />
        )
      ) : versions.rows.length === 0 ? (
        <Card>
          <EmptyState
            icon={Boxes}
            title={t("models:noVersions.title")}
            description={t("models:noVersions.text")}
            action={
              <Button asChild variant="primary">
                <Link to="/jobs" search={{ state: "SUCCEEDED" }}>
                  {t("models:empty.action")}
                </Link>
              </Button>
            }
          />
        </Card>
      ) : (
        <div className="flex flex-col gap-4">
          {versions.rows.map((version) => (
            <VersionCard key={version.id} version={version} />
          ))}
          {versions.footer}
        </div>
      )}
    </>
  );
}

type Asking = "deploy" | "evaluate" | "alias" | null;

function VersionCard({ version }: { version: ModelVersion }) {
  const { t } = useTranslation(["models", "ui"]);
  const allowed = useAllowed();
  const [asking, setAsking] = useState<Asking>(null);
  const close = () => setAsking(null);
  const signature = useSignature(version);
  const size = version.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          {t("models:versionN", { number: version.version })}
          {version.aliases.map((alias) => (
            <Badge key={alias} tone="accent" icon={Tag}>
              {alias}
            </Badge>
          ))}
        </span>
      }
      description={<RelativeTime at={version.createdAt} />}
      actions={
        <>
          {allowed("models:write") && (
            <Button size="sm" icon={Tag} onClick={() => setAsking("alias")}>
              {t("models:alias.set")}
            </Button>
          )}
          {allowed("evaluations:write") && (
            <Button size="sm" icon={Scale} onClick={() => setAsking("evaluate")}>
              {t("models:evaluate")}
            </Button>
          )}
          {allowed("inference:write") && (
            <Button size="sm" variant="primary" icon={Rocket} onClick={() => setAsking("deploy")}>
              {t("models:deploy.action")}
            </Button>
          )}
        </>
      }
    >
      <div className="grid grid-cols-1 gap-6 pt-1 lg:grid-cols-2">
        <Facts
          items={[
            [t("models:format"), <Badge>{version.format}</Badge>],
            [t("models:digest"), <CopyableId value={version.digest} shown={shortHash(version.digest)} />],
            [t("ui:size"), <Bytes value={size} />],
            [
              t("models:fromJob"),
              version.jobId == null ? null : (
                <Link to="/jobs/$id" params={{ id: version.jobId }} className="link font-mono text-xs">
                  {shortId(version.jobId)}
                </Link>
              ),
            ],
            [
              t("models:fromRun"),
              version.runId == null ? null : (
                <Link to="/runs/$id" params={{ id: version.runId }} className="link font-mono text-xs">
                  {shortId(version.runId)}
                </Link>
              ),
            ],
            [
              t("models:fromData"),
              version.datasetVersionId == null ? null : (
                <CopyableId value={version.datasetVersionId} shown={shortId(version.datasetVersionId)} />
              ),
            ],
          ]}
        />
        <SignatureTable signature={signature} />
      </div>
      {asking === "deploy" && <DeployDialog version={version} onClose={close} />}
      {asking === "evaluate" && <NewEvaluationDialog model={version.name} version={version.version} onClose={close} />}
      {asking === "alias" && <AliasDialog version={version} onClose={close} />}
    </Card>
  );
}
