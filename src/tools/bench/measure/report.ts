import Table from "cli-table3";
import type { Measurement, Unit } from "./measurement.ts";
import { type CaseName, caseTitles } from "./options.ts";
import { median } from "./statistics.ts";

/** The machine and the settings, as far as they bear on the figures. */
export interface Setting {
  readonly cores: number;
  readonly nodes: number;
  readonly nodeVersion: string;
  readonly notes: readonly string[];
}

/** All of it for a person: the figures side by side, what the processes used, and what else is to be known. */
export function reportText(setting: Setting, measurements: readonly Measurement[]): string {
  const head = `${setting.nodes} nodes on loopback, ${setting.cores} cores, Node ${setting.nodeVersion}. Median of all rounds.`;
  const notes = [...setting.notes, ...measurements.flatMap(notesOf)];
  return [head, figureTable(measurements), usageTable(measurements), ...notes].join("\n");
}

/** The same for a program. */
export function reportJson(setting: Setting, measurements: readonly Measurement[]): string {
  const rows = measurements.map((measurement) => ({
    ...measurement,
    figures: measurement.figures.map((figure) => ({ ...figure, median: median(figure.rounds) })),
  }));
  return JSON.stringify({ setting, measurements: rows }, null, 2);
}

/** One line of the comparison. */
export interface Row {
  readonly case: string;
  readonly load: string;
  readonly figure: string;
  readonly balsa: string;
  readonly etcd: string;
  readonly ratio: string;
}

/** The figures of both subjects beside each other, where both have them. The subjects' loads may differ in the stream cases. */
export function rowsOf(measurements: readonly Measurement[]): Row[] {
  const hasEtcd = new Set<Measurement>();
  const rows = measurements
    .filter(({ subject }) => subject === "balsa")
    .flatMap((balsa) => {
      const etcd = counterpart(balsa, measurements);
      if (etcd !== null) hasEtcd.add(etcd);
      return balsa.figures.map((figure) => {
        const other = etcd?.figures.find(({ name }) => name === figure.name);
        const [mine, its] = [median(figure.rounds), other === undefined ? null : median(other.rounds)];
        return {
          case: titleOf(balsa),
          load: etcd === null || etcd.load === balsa.load ? balsa.load : `${balsa.load} / ${etcd.load}`,
          figure: figure.name,
          balsa: formatValue(mine, figure.unit),
          etcd: its === null ? "" : formatValue(its, figure.unit),
          ratio: its === null || its === 0 ? "" : (mine / its).toFixed(2),
        };
      });
    });
  return rows;
}

/** Three digits that matter, with the unit. */
export function formatValue(value: number, unit: Unit): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = Number.isInteger(value) && unit === "" ? String(value) : value.toFixed(digits);
  const grouped = text.replace(/\B(?=(\d{3})+(?!\d))/g, text.includes(".") ? "" : ",");
  return unit === "/s" ? `${grouped}/s` : unit === "" ? grouped : `${grouped} ${unit}`;
}

function figureTable(measurements: readonly Measurement[]): string {
  const table = new Table({ head: ["Case", "Load by", "Figure", "Balsa", "etcd", "Balsa / etcd"], style: plain, chars: compact });
  let last = "";
  for (const row of rowsOf(measurements)) {
    const label = `${row.case}\n${row.load}`;
    table.push([label === last ? "" : row.case, label === last ? "" : row.load, row.figure, row.balsa, row.etcd, row.ratio]);
    last = label;
  }
  return table.toString();
}

function usageTable(measurements: readonly Measurement[]): string {
  const head = ["Case", "Load by", "Of", "Client cores", "Leader cores", "Follower cores", "Leader RSS", "Largest follower RSS"];
  const table = new Table({ head, style: plain, chars: compact });
  for (const measurement of measurements) {
    const { usage } = measurement;
    if (usage === null) continue;
    const cores = [usage.clientCores, usage.leaderCores, usage.followerCores].map((value) => value.toFixed(2));
    const memory = [usage.leaderRssBytes, usage.followerRssBytesMax].map((bytes) => formatValue(bytes / 1024 ** 2, "MiB"));
    table.push([titleOf(measurement), measurement.load, measurement.subject, ...cores, ...memory]);
  }
  return table.toString();
}

/** The measurement of etcd that goes with one of Balsa: the same case, by the same load or, failing that, its only one. */
function counterpart(balsa: Measurement, measurements: readonly Measurement[]): Measurement | null {
  const others = measurements.filter((other) => other.subject === "etcd" && other.case === balsa.case);
  return others.find(({ load }) => load === balsa.load) ?? (others.length === 1 ? (others[0] ?? null) : null);
}

function notesOf(measurement: Measurement): string[] {
  return measurement.notes.map((note) => `${titleOf(measurement)}, ${measurement.load}, ${measurement.subject}: ${note}`);
}

function titleOf(measurement: Measurement): string {
  return caseTitles[measurement.case as CaseName];
}

const plain = { head: [], border: [] };
/** No lines between rows. */
const compact = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
