import { useTranslation } from "react-i18next";
import type { Span, SpanEvent } from "@/api/types";
import { formatNanos, shortHash } from "@/lib/format";
import { Badge, Card, CodeBlock, CopyableId, Meta, Tabs } from "@/ui";
import { parsed } from "./messages";
import { Nothing, Payload } from "./Payload";
import { kindOf } from "./spanKinds";

export interface SpanDetailProps {
  span: Span;
  tab: string;
  onTab: (tab: string) => void;
}

/** One span: what went in, what came out, what else is known of it. */
export function SpanDetail({ span, tab, onTab }: SpanDetailProps) {
  const { t } = useTranslation("traces");
  return (
    <Card>
      <div className="mb-3 flex flex-col gap-1">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="text-base font-semibold wrap-anywhere">{span.name}</h2>
          {span.type !== "" && <Badge icon={kindOf(span.type).icon}>{span.type}</Badge>}
          {span.status === "ERROR" && <Badge tone="danger">{t("failed")}</Badge>}
        </div>
        <div className="text-xs text-muted">
          <Meta
            items={[
              span.endNanos == null ? t("goesOn") : formatNanos(span.endNanos - span.startNanos),
              t("startsAfter", { time: formatNanos(span.startNanos) }),
              <CopyableId value={span.id} shown={shortHash(span.id)} />,
            ]}
          />
        </div>
      </div>
      <Failure span={span} />
      <Tabs
        label={span.name}
        value={tab}
        onChange={onTab}
        tabs={[
          {
            value: "inputs",
            label: t("inputs"),
            content: <Payload text={span.inputs} label={t("inputs")} empty={t("noInputs")} />,
          },
          {
            value: "outputs",
            label: t("outputs"),
            content: <Payload text={span.outputs} label={t("outputs")} empty={t("noOutputs")} />,
          },
          {
            value: "attributes",
            label: t("attributes"),
            count: Object.keys(span.attributes).length,
            content: <Attributes span={span} />,
          },
          {
            value: "events",
            label: t("events"),
            count: span.events.length,
            content: <Events events={span.events} />,
          },
        ]}
      />
    </Card>
  );
}

/** What went wrong, with the stack of the program if it told of it. */
function Failure({ span }: { span: Span }) {
  const { t } = useTranslation("traces");
  const thrown = span.events.find((event) => event.name === "exception")?.attributes ?? {};
  const type = thrown["exception.type"];
  const message = span.statusMessage ?? thrown["exception.message"];
  const stack = thrown["exception.stacktrace"];
  if (span.status !== "ERROR" || (type ?? message) === undefined) {
    return null;
  }
  return (
    <div className="mb-4 flex flex-col gap-2">
      <p className="rounded-md bg-danger-soft px-3 py-2 wrap-anywhere text-danger">
        {type !== undefined && message?.startsWith(type) !== true && (
          <code className="mr-2 font-mono text-xs font-semibold">{type}</code>
        )}
        {message}
      </p>
      {stack !== undefined && <CodeBlock label={t("stack")} code={stack.trimEnd()} />}
    </div>
  );
}

/** Attributes, by their names; what is JSON is set to be read. */
function Texts({ items }: { items: Readonly<Record<string, string>> }) {
  return (
    <ul className="flex flex-col gap-3 text-xs">
      {Object.entries(items)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([key, text]) => {
          const value = parsed(text);
          return (
            <li key={key} className="min-w-0">
              {typeof value === "string" ? (
                <>
                  <p className="wrap-anywhere text-muted">{key}</p>
                  <p className="mt-0.5 font-mono wrap-anywhere whitespace-pre-wrap">{value}</p>
                </>
              ) : (
                <CodeBlock label={key} code={JSON.stringify(value, null, 2)} wrap />
              )}
            </li>
          );
        })}
    </ul>
  );
}

function Attributes({ span }: { span: Span }) {
  const { t } = useTranslation("traces");
  return Object.keys(span.attributes).length === 0 ? (
    <Nothing>{t("noAttributes")}</Nothing>
  ) : (
    <Texts items={span.attributes} />
  );
}

function Events({ events }: { events: readonly SpanEvent[] }) {
  const { t } = useTranslation("traces");
  return events.length === 0 ? (
    <Nothing>{t("noEvents")}</Nothing>
  ) : (
    <ol className="flex flex-col gap-5">
      {events.map((event, index) => (
        <li key={index}>
          <p className="mb-2 flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium wrap-anywhere">{event.name}</span>
            <span className="text-xs text-muted">{t("after", { time: formatNanos(event.atNanos) })}</span>
          </p>
          <Texts items={event.attributes} />
        </li>
      ))}
    </ol>
  );
}
