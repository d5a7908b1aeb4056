import { useTranslation } from "react-i18next";
import type { Span, TraceAssessment } from "@/api/types";
import { Badge, Card, Meta, RelativeTime } from "@/ui";

export interface AssessmentsCardProps {
  assessments: readonly TraceAssessment[];
  spans: readonly Span[];
  onSelect: (span: string) => void;
}

/** What people and judges say of a trace and its spans, if anybody does. */
export function AssessmentsCard({ assessments, spans, onSelect }: AssessmentsCardProps) {
  const { t } = useTranslation("traces");
  return assessments.length === 0 ? null : (
    <Card title={t("assessments")}>
      <ul className="flex flex-col divide-y">
        {assessments.map((said) => (
          <Assessment
            key={said.id}
            said={said}
            about={spans.find((span) => span.id === said.spanId)}
            onSelect={onSelect}
          />
        ))}
      </ul>
    </Card>
  );
}

interface AssessmentProps {
  said: TraceAssessment;
  /** undefined: it is about the whole. */
  about: Span | undefined;
  onSelect: (span: string) => void;
}

function Assessment({ said, about, onSelect }: AssessmentProps) {
  const { t } = useTranslation("traces");
  return (
    <li className="flex flex-col gap-1 py-2.5 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium wrap-anywhere">{said.name}</span>
        <Badge>{t(`kind.${said.kind}`)}</Badge>
        {!said.valid && <Badge tone="warning">{t("overruled")}</Badge>}
      </div>
      {said.value != null && <p className="font-mono text-xs wrap-anywhere whitespace-pre-wrap">{said.value}</p>}
      {said.error != null && <p className="wrap-anywhere text-danger">{said.error}</p>}
      {said.rationale != null && <p className="wrap-anywhere text-muted">{said.rationale}</p>}
      <div className="text-xs text-subtle">
        <Meta
          items={[
            about && (
              <button type="button" className="link" onClick={() => onSelect(about.id)}>
                {about.name}
              </button>
            ),
            said.sourceId,
            said.sourceType,
            <RelativeTime at={said.updatedAt} />,
          ]}
        />
      </div>
    </li>
  );
}
