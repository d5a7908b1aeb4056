import { useTranslation } from "react-i18next";
import type { TraceAssessment } from "@/api/types";
import { Badge, Card, Meta, RelativeTime } from "@/ui";

/** What people and judges say of a trace, if anybody does. */
export function AssessmentsCard({ assessments }: { assessments: readonly TraceAssessment[] }) {
  const { t } = useTranslation("traces");
  return assessments.length === 0 ? null : (
    <Card title={t("assessments")}>
      <ul className="flex flex-col divide-y">
        {assessments.map((said) => (
          <li key={said.id} className="flex flex-col gap-1 py-2.5 first:pt-0 last:pb-0">
            <div className="flex flex-wrap items-center gap-2">
              <span className="font-medium wrap-anywhere">{said.name}</span>
              <Badge>{t(`kind.${said.kind}`)}</Badge>
              {!said.valid && <Badge tone="warning">{t("overruled")}</Badge>}
            </div>
            {said.value != null && <p className="font-mono text-xs wrap-anywhere whitespace-pre-wrap">{said.value}</p>}
            {said.error != null && <p className="wrap-anywhere text-danger">{said.error}</p>}
            {said.rationale != null && <p className="wrap-anywhere text-muted">{said.rationale}</p>}
            <div className="text-xs text-subtle">
              <Meta items={[said.sourceId, said.sourceType, <RelativeTime at={said.updatedAt} />]} />
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
