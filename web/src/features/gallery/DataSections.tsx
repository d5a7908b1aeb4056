import type { ColumnDef } from "@tanstack/react-table";
import { Database, Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import {
  Breadcrumbs,
  Button,
  Bytes,
  Card,
  CodeBlock,
  ConfusionMatrix,
  CopyableId,
  DataTable,
  Elapsed,
  EmptyState,
  ErrorLine,
  ErrorState,
  Facts,
  LineChart,
  LoadMore,
  LogViewer,
  Progress,
  RelativeTime,
  Skeleton,
  Stat,
  StatusBadge,
} from "@/ui";
import type { LogLine, Status } from "@/ui";
import { Section, Specimen } from "./Section";

interface Row {
  name: string;
  state: Status;
  size: number;
}

const ROWS: readonly Row[] = [
  { name: "digits-logistic", state: "SUCCEEDED", size: 48_213 },
  { name: "digits-factors", state: "RUNNING", size: 1_048_576 },
  { name: "iris-baseline", state: "FAILED", size: 512 },
];
const COLUMNS: ColumnDef<Row>[] = [
  { accessorKey: "name", header: "Name", meta: { className: "font-medium" } },
  { accessorKey: "state", header: "State", cell: ({ row }) => <StatusBadge status={row.original.state} /> },
  {
    accessorKey: "size",
    header: "Size",
    meta: { align: "right" },
    cell: ({ row }) => <Bytes value={row.original.size} />,
  },
];
const LOG: readonly LogLine[] = [
  ...Array.from({ length: 12 }, (_, epoch) => ({
    key: String(epoch),
    stream: "stdout" as const,
    text: `epoch ${epoch + 1}/12 train_loss=${(1.4 / (epoch + 1)).toFixed(4)}`,
  })),
  { key: "warning", stream: "stderr", text: "warning: column 'note' is constant and was left out" },
];
const curve = (name: string, scale: number) => ({
  name,
  points: Array.from({ length: 30 }, (_, x) => ({ x: x + 1, y: scale * Math.exp(-x / 9) + 0.05 * Math.sin(x) + 0.2 })),
});
const PROBLEM = new ApiError({
  status: 422,
  code: "VALIDATION_FAILED",
  detail: "The request has invalid fields",
  requestId: "req_0190a1b2c3d4",
  violations: [{ field: "resources.cpus", message: "must be more than 0, was -1" }],
});
const HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();

export function ContentSection() {
  const { t } = useTranslation("gallery");
  return (
    <Section title={t("content")}>
      <Specimen name="Stat" wide>
        <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
          <Stat icon={Database} label={t("label")} value="12" note={t("hint")} />
          <Stat icon={Play} label={t("label")} value="98.61 %" />
        </div>
      </Specimen>
      <Specimen name="Card + Facts" wide>
        <Card title={t("label")} description={t("help")} actions={<Button size="sm">{t("small")}</Button>}>
          <Facts
            items={[
              ["RelativeTime", <RelativeTime at={HOUR_AGO} />],
              ["Elapsed", <Elapsed from={HOUR_AGO} />],
              ["Bytes", <Bytes value={123_456_789} />],
              ["CopyableId", <CopyableId value="job_0190c0ffee0190c0ffee" shown="job_…c0ffee" />],
            ]}
          />
        </Card>
      </Specimen>
      <Specimen name="Breadcrumbs">
        <Breadcrumbs items={[{ label: t("title"), link: { to: "/gallery" } }, { label: t("content") }]} />
      </Specimen>
      <Specimen name="Progress" wide>
        <div className="flex max-w-md flex-col gap-3">
          <Progress value={0.65} label={t("label")} />
          <Progress value={null} label={t("busy")} />
        </div>
      </Specimen>
      <Specimen name="CodeBlock" wide>
        <CodeBlock label="curl" code={'curl http://localhost:8080/health/ready \\\n  -H "Accept: application/json"'} />
      </Specimen>
    </Section>
  );
}

export function StatesSection() {
  const { t } = useTranslation("gallery");
  return (
    <Section title={t("states")}>
      <Specimen name="Skeleton" wide>
        <div className="flex max-w-md flex-col gap-2">
          <Skeleton className="w-1/2" />
          <Skeleton />
        </div>
      </Specimen>
      <Specimen name="EmptyState" wide>
        <Card>
          <EmptyState
            icon={Database}
            title={t("emptyTitle")}
            description={t("help")}
            action={<Button variant="primary">{t("primary")}</Button>}
          />
        </Card>
      </Specimen>
      <Specimen name="ErrorState" wide>
        <Card>
          <ErrorState error={PROBLEM} onRetry={() => undefined} />
        </Card>
      </Specimen>
      <Specimen name="ErrorLine" wide>
        <ErrorLine error={PROBLEM} />
      </Specimen>
    </Section>
  );
}

export function DataSection() {
  const { t } = useTranslation("gallery");
  const matrix = [
    [34, 0, 1],
    [0, 29, 4],
    [2, 3, 31],
  ];
  return (
    <Section title={t("data")}>
      <Specimen name="DataTable" wide>
        <DataTable
          label="DataTable"
          columns={COLUMNS}
          rows={ROWS}
          rowId={(row) => row.name}
          footer={<LoadMore hasMore busy={false} onMore={() => undefined} />}
        />
      </Specimen>
      <Specimen name={t("loading")} wide>
        <DataTable label={t("loading")} columns={COLUMNS} rows={undefined} rowId={(row) => row.name} />
      </Specimen>
      <Specimen name="LogViewer" wide>
        <LogViewer label="LogViewer" lines={LOG} live />
      </Specimen>
      <Specimen name="LineChart" wide>
        <Card title="LineChart">
          <LineChart
            label="train_loss"
            xLabel="step"
            series={[curve("train_loss", 1.4), curve("validation_loss", 1.6)]}
          />
        </Card>
      </Specimen>
      <Specimen name="ConfusionMatrix" wide>
        <Card>
          <ConfusionMatrix classes={["ant", "bee", "cat"]} matrix={matrix} />
        </Card>
      </Specimen>
    </Section>
  );
}
