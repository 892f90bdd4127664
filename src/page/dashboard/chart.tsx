import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { countWords } from "../../observe/words.ts";
import { cssColor, isDark } from "../base/theme.ts";

export interface Line {
  readonly title: string;
  readonly color: string;
  /** Beside the colour, so that lines are told apart without it. */
  readonly dash?: readonly number[];
  readonly isStepped?: boolean;
  /** Drawn as bars of this share of their room. */
  readonly bars?: number;
}

interface ChartProps {
  readonly title: string;
  /** The number that counts, in large. */
  readonly now: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** Times in s since 1970, then the values of each line. */
  readonly data: readonly (readonly (number | null)[])[];
  readonly valueWords: (value: number) => string;
  /** Whether the height of a line is to be compared with zero, as that of a rate. */
  readonly isFromZero?: boolean;
}

const height = 150;
/** Rows of the table under a chart: the newest. */
const rowsMax = 12;

/** A chart over time, with what it shows as a table for whoever does not look at it. */
export function Chart({ title, now, unit, lines, data, valueWords, isFromZero = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const dark = isDark.value;
  const names = lines.map((line) => line.title).join();
  useEffect(() => {
    const box = place.current;
    if (box === null) return;
    const made = new uPlot(optionsOf(lines, isFromZero, box.clientWidth, dark), data as uPlot.AlignedData, box);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, dark]);
  useEffect(() => {
    plot.current?.setData(data as uPlot.AlignedData);
  }, [data]);
  return (
    <figure class="card chart">
      <figcaption>
        <h2>{title}</h2>
        <p class="number">
          {now} <small>{unit}</small>
        </p>
      </figcaption>
      <div class="plot" ref={place} aria-hidden="true" />
      {lines.length > 1 && <Key lines={lines} />}
      <ChartTable title={title} lines={lines} data={data} valueWords={valueWords} />
    </figure>
  );
}

function Key({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <ul class="key">
      {lines.map(({ title, color, dash }) => (
        <li key={title}>
          <svg viewBox="0 0 24 8" aria-hidden="true">
            <line x1="0" x2="24" y1="4" y2="4" stroke={color} stroke-width="2.5" stroke-dasharray={dash?.join(" ")} />
          </svg>
          {title}
        </li>
      ))}
    </ul>
  );
}

function ChartTable({ title, lines, data, valueWords }: Pick<ChartProps, "title" | "lines" | "data" | "valueWords">) {
  const times = data[0] ?? [];
  const from = Math.max(0, times.length - rowsMax);
  const rows = times.map((_, row) => row).slice(from);
  return (
    <details class="as-table">
      <summary>As a table</summary>
      <table>
        <caption class="hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map((line) => (
              <th key={line.title} scope="col">
                {line.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.reverse().map((row) => (
            <tr key={row}>
              <th scope="row">{clockWords(times[row] ?? 0)}</th>
              {lines.map((line, column) => {
                const value = data[column + 1]?.[row];
                return <td key={line.title}>{value === null || value === undefined ? "–" : valueWords(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** A little room above, and below unless it counts from zero. */
function rangeOf(least: number, most: number, isFromZero: boolean): [number, number] {
  const room = Math.max(1, (most - least) * 0.05);
  return [isFromZero ? 0 : Math.max(0, least - room), most + room];
}

function optionsOf(lines: readonly Line[], isFromZero: boolean, width: number, _dark: boolean): uPlot.Options {
  const [muted, grid] = [cssColor("muted"), cssColor("line")];
  const hasBars = lines.some(({ bars }) => bars !== undefined);
  const axis = { stroke: muted, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  return {
    width,
    height,
    cursor: { y: false, points: { size: 6 } },
    legend: { show: false },
    padding: [8, 28, 0, 0],
    scales: {
      x: { range: (_plot, first, last) => (hasBars ? [first - barRoomS, last + barRoomS] : [first, last]) },
      y: { range: (_plot, least, most) => rangeOf(least ?? 0, most ?? 0, isFromZero) },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 80, values: (_plot, times) => times.map(clockWords) },
      { ...axis, size: 54, space: 30, incrs: wholeSteps, values: (_plot, ticks) => ticks.map((tick) => countWords(tick)) },
    ],
    series: [{}, ...lines.map(seriesOf)],
  };
}

/** Half of the room of a bar, which stands for a minute, in s. */
const barRoomS = 30;
/** All that is drawn is counted. */
const wholeSteps = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));

function clockWords(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleTimeString("en-GB");
}

function seriesOf({ title, color, dash, isStepped, bars }: Line): uPlot.Series {
  const paths = bars
    ? uPlot.paths.bars?.({ size: [bars, 40 * bars] })
    : isStepped
      ? uPlot.paths.stepped?.({ align: 1 })
      : undefined;
  return {
    label: title,
    stroke: color,
    width: 2,
    points: { show: false },
    ...(bars ? { fill: color } : {}),
    ...(dash ? { dash: [...dash] } : {}),
    ...(paths ? { paths } : {}),
  };
}
