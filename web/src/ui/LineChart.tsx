import { useLayoutEffect, useRef, useState } from "react";
import type { KeyboardEvent, PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { formatMetric } from "@/lib/format";
import { extent, nearest, ticks } from "./chartScale";

/** A line: points in ascending order of x. */
export interface Series {
  name: string;
  points: readonly { x: number; y: number }[];
}

export interface LineChartProps {
  series: readonly Series[];
  /** What x counts, such as "step". */
  xLabel: string;
  /** What the chart shows, for screen readers. */
  label: string;
  height?: number;
}

const LEFT = 48;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 24;
/** Up to here each point is also a dot, so that a short line can be read. */
const DOTS = 40;

/** Lines that grow as values arrive. The pointer or the arrow keys read off the values of one x. */
export function LineChart({ series, xLabel, label, height = 200 }: LineChartProps) {
  const { i18n, t } = useTranslation("ui");
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [cursor, setCursor] = useState<number | null>(null);

  // Before the first paint: a chart of a guessed width would for a moment be wider than a phone.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) {
      return;
    }
    const measure = () => setWidth(Math.max(160, element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const all = series.flatMap((one) => one.points);
  const xs = [...new Set(all.map((point) => point.x))].sort((a, b) => a - b);
  const [xLow, xHigh] = xs.length > 1 ? [xs[0] ?? 0, xs.at(-1) ?? 1] : [(xs[0] ?? 0) - 1, (xs[0] ?? 0) + 1];
  const [yLow, yHigh] = extent(
    all.map((point) => point.y),
    0.06,
  );
  const sx = (x: number) => LEFT + ((x - xLow) / (xHigh - xLow)) * (width - LEFT - RIGHT);
  const sy = (y: number) => height - BOTTOM - ((y - yLow) / (yHigh - yLow)) * (height - TOP - BOTTOM);
  const format = (value: number) => formatMetric(value, i18n.language);

  const onPointer = (event: PointerEvent) => {
    const left = event.clientX - (box.current?.getBoundingClientRect().left ?? 0);
    const index = nearest(xs, xLow + ((left - LEFT) / (width - LEFT - RIGHT)) * (xHigh - xLow));
    setCursor(index < 0 ? null : (xs[index] ?? null));
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step !== 0 && xs.length > 0) {
      event.preventDefault();
      const at = cursor === null ? xs.length - 1 : Math.min(xs.length - 1, Math.max(0, nearest(xs, cursor) + step));
      setCursor(xs[at] ?? null);
    }
  };
  const read =
    cursor === null
      ? []
      : series.flatMap((one, index) => {
          const at = nearest(
            one.points.map((point) => point.x),
            cursor,
          );
          const point = one.points[at];
          return point === undefined ? [] : [{ name: one.name, colour: colour(index), point }];
        });
  const last = series.map((one) => `${one.name} ${format(one.points.at(-1)?.y ?? NaN)}`).join(", ");
  return (
    <div ref={box} className="relative">
      {/* What an image holds is not read aloud, so the readout stands beside it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the arrow keys read off values */}
      <div
        className="touch-pan-y rounded-sm"
        role="img"
        aria-label={`${label}: ${last}`}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above
        tabIndex={0}
        onPointerMove={onPointer}
        onPointerLeave={() => setCursor(null)}
        onKeyDown={onKey}
        onBlur={() => setCursor(null)}
      >
        <svg width={width} height={height} className="block max-w-full" aria-hidden>
          {ticks(yLow, yHigh, height / 48).map((y) => (
            <g key={y}>
              <line x1={LEFT} x2={width - RIGHT} y1={sy(y)} y2={sy(y)} stroke="var(--line)" />
              <text x={LEFT - 8} y={sy(y) + 4} textAnchor="end" className="fill-subtle text-2xs tabular-nums">
                {format(y)}
              </text>
            </g>
          ))}
          {ticks(xLow, xHigh, width / 90).map((x) => (
            <text key={x} x={sx(x)} y={height - 6} textAnchor="middle" className="fill-subtle text-2xs tabular-nums">
              {format(x)}
            </text>
          ))}
          {cursor !== null && (
            <line x1={sx(cursor)} x2={sx(cursor)} y1={TOP} y2={height - BOTTOM} stroke="var(--line-strong)" />
          )}
          {series.map((one, index) => (
            <g key={one.name}>
              <polyline
                points={one.points.map((point) => `${sx(point.x).toFixed(1)},${sy(point.y).toFixed(1)}`).join(" ")}
                fill="none"
                stroke={colour(index)}
                strokeWidth={1.75}
                strokeLinejoin="round"
                strokeLinecap="round"
              />
              {one.points.length <= DOTS &&
                one.points.map((point) => (
                  <circle key={point.x} cx={sx(point.x)} cy={sy(point.y)} r={2} fill={colour(index)} />
                ))}
            </g>
          ))}
          {read.map(({ name, colour: fill, point }) => (
            <circle
              key={name}
              cx={sx(point.x)}
              cy={sy(point.y)}
              r={4}
              fill={fill}
              stroke="var(--surface)"
              strokeWidth={2}
            />
          ))}
        </svg>
      </div>
      {all.length === 0 && (
        <p className="absolute inset-0 flex items-center justify-center text-sm text-subtle">{t("chart.empty")}</p>
      )}
      <div role="status">
        {cursor !== null && read.length > 0 && (
          <div
            className="pointer-events-none absolute top-2 z-10 rounded-md bg-raised px-2.5 py-1.5 text-xs shadow-pop"
            style={sx(cursor) > width / 2 ? { right: width - sx(cursor) + 10 } : { left: sx(cursor) + 10 }}
          >
            <p className="text-subtle">
              {xLabel} {format(cursor)}
            </p>
            {read.map(({ name, colour: fill, point }) => (
              <p key={name} className="flex items-center gap-1.5 whitespace-nowrap">
                <span className="size-2 rounded-full" style={{ background: fill }} />
                {name}
                <span className="ml-auto pl-3 font-medium tabular-nums">{format(point.y)}</span>
              </p>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

function colour(index: number): string {
  return `var(--chart-${(index % 6) + 1})`;
}
