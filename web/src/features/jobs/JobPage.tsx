import { useInfiniteQuery, useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Ban, Boxes, FlaskConical, RotateCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cancelJob, retryJob } from "@/api/commands";
import { artifacts, isLive, job as jobQuery, run as runQuery, waiting } from "@/api/queries";
import type { TrainingJob } from "@/api/types";
import { ArtifactsTable } from "@/features/experiments/ArtifactsTable";
import { MetricCharts } from "@/features/experiments/MetricCharts";
import { RegisterDialog } from "@/features/models/RegisterDialog";
import { shortId } from "@/lib/format";
import { useCan } from "@/lib/useCan";
import {
  Button,
  Card,
  CodeBlock,
  CopyableId,
  Meta,
  PageHeader,
  RelativeTime,
  StatusBadge,
  Tabs,
  toast,
  useProblemText,
} from "@/ui";
import { AttemptsTable } from "./AttemptsTable";
import { JobTimeline } from "./JobTimeline";
import { dataName, programName } from "./spec";
import { useJobEvents } from "./useJobEvents";
import { WorkloadLog } from "./WorkloadLog";

const route = getRouteApi("/shell/jobs/$id");

/** One training job, live while it runs. */
export function JobPage() {
  const { id } = route.useParams();
  const { data: job } = useSuspenseQuery(jobQuery(id));
  return <JobView key={job.id} job={job} />;
}

function JobView({ job }: { job: TrainingJob }) {
  const { t } = useTranslation(["jobs", "ui", "shell"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const live = isLive(job.state);
  const canRegister = useCan("models:write");
  const [registering, setRegistering] = useState(false);
  const run = useQuery(runQuery(job.runId));
  const files = useInfiniteQuery({ ...artifacts(job.runId), enabled: !live });
  const allFiles = files.hasNextPage ? undefined : files.data?.pages.flatMap((page) => page.items).length;
  useJobEvents(job.id, job.runId, live);

  return (
    <>
      <PageHeader
        crumbs={[{ label: t("shell:nav.jobs"), link: { to: "/jobs" } }, { label: job.name }]}
        title={job.name}
        badge={<StatusBadge status={job.state} />}
        description={
          <Meta
            items={[
              programName(job.spec),
              job.spec.data != null && dataName(job.spec.data),
              <RelativeTime at={job.createdAt} />,
              <CopyableId value={job.id} shown={shortId(job.id)} />,
            ]}
          />
        }
        actions={
          <>
            <Button asChild>
              <Link to="/runs/$id" params={{ id: job.runId }}>
                <FlaskConical size={14} aria-hidden />
                {t("jobs:openRun")}
              </Link>
            </Button>
            <JobActions job={job} />
            {job.state === "SUCCEEDED" && canRegister && (
              <Button variant="primary" icon={Boxes} onClick={() => setRegistering(true)}>
                {t("jobs:register")}
              </Button>
            )}
          </>
        }
      />
      <Card>
        <JobTimeline job={job} />
        {job.state === "QUEUED" && <WhyQueued jobId={job.id} />}
        {job.reason != null && job.state !== "SUCCEEDED" && (
          <p
            className={
              job.state === "FAILED"
                ? "mt-4 rounded-md bg-danger-soft px-3 py-2 text-danger"
                : "mt-4 rounded-md bg-sunken px-3 py-2 text-muted"
            }
          >
            <code className="mr-2 font-mono text-xs font-semibold">{job.reason.code}</code>
            {job.reason.message}
          </p>
        )}
      </Card>
      <Tabs
        className="mt-4"
        label={job.name}
        value={search.tab ?? "log"}
        onChange={(tab) => void navigate({ search: { tab: tab as typeof search.tab }, replace: true })}
        tabs={[
          {
            value: "log",
            label: t("jobs:tab.log"),
            // A retry writes a new log, so the stream is followed anew for each attempt.
            content: (
              <WorkloadLog
                key={`${job.id}/${job.attempts.length}`}
                workloadId={job.workloadId}
                name={job.name}
                live={live}
              />
            ),
          },
          {
            value: "metrics",
            label: t("jobs:tab.metrics"),
            count: Object.keys(run.data?.metrics ?? {}).length,
            content: <MetricCharts runId={job.runId} keys={Object.keys(run.data?.metrics ?? {})} live={live} />,
          },
          {
            value: "artifacts",
            label: t("jobs:tab.artifacts"),
            ...(allFiles === undefined ? {} : { count: allFiles }),
            content: <ArtifactsTable runId={job.runId} live={live} />,
          },
          {
            value: "attempts",
            label: t("jobs:tab.attempts"),
            count: job.attempts.length,
            content: <AttemptsTable attempts={job.attempts} />,
          },
          {
            value: "spec",
            label: t("jobs:tab.spec"),
            content: <CodeBlock label={t("jobs:specLabel")} code={JSON.stringify(job.spec, null, 2)} />,
          },
        ]}
      />
      {registering && (
        <RegisterDialog
          runId={job.runId}
          datasetVersionId={job.datasetVersionId ?? undefined}
          suggestedName={job.spec.data?.dataset ?? job.name}
          onClose={() => setRegistering(false)}
        />
      )}
    </>
  );
}

/** A job that does not start must say what it waits for. */
function WhyQueued({ jobId }: { jobId: string }) {
  const { t } = useTranslation("jobs");
  const { data } = useQuery(waiting(jobId));
  if (data?.position == null) {
    return null;
  }
  return (
    <p role="status" className="mt-4 rounded-md bg-info-soft px-3 py-2 text-info">
      {t("waiting", { position: data.position, waiting: data.waiting ?? data.position })} {data.reason}
    </p>
  );
}

function JobActions({ job }: { job: TrainingJob }) {
  const { t } = useTranslation("jobs");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const explain = useProblemText();
  const allowed = useCan("jobs:write");
  const settled = {
    onSuccess: (changed: TrainingJob) => {
      queryClient.setQueryData(jobQuery(changed.id).queryKey, changed);
      void queryClient.invalidateQueries({ queryKey: ["jobs"] });
    },
    onError: (error: Error) => toast("danger", t("actionFailed"), explain(error)),
  };
  const onRetried = (changed: TrainingJob) => {
    if (changed.id !== job.id) {
      void navigate({ to: "/jobs/$id", params: { id: changed.id } });
    }
  };
  const cancel = useMutation({ mutationFn: () => cancelJob(job.id), ...settled });
  const retry = useMutation({ mutationFn: () => retryJob(job.id), ...settled });
  if (!allowed) {
    return null;
  }
  if (isLive(job.state)) {
    return (
      <Button icon={Ban} busy={cancel.isPending} disabled={job.state === "CANCELLING"} onClick={() => cancel.mutate()}>
        {t("cancel")}
      </Button>
    );
  }
  return job.state === "SUCCEEDED" ? null : (
    <Button icon={RotateCw} busy={retry.isPending} onClick={() => retry.mutate(undefined, { onSuccess: onRetried })}>
      {t("retry")}
    </Button>
  );
}
