import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from "pino";
import { type Area, areas, type LogLevels } from "../../config/log-levels.ts";
import type { View } from "../../core/api.ts";
import type { NodeId } from "../../core/types.ts";
import { describeNodeEvent, type NodeEvent, termAndRole } from "../../node/ports/node-events.ts";
import { eventLogs } from "./log-events.ts";

export interface LogOptions {
  readonly node: NodeId;
  readonly clusterId: string;
  readonly levels: LogLevels;
}

/** What a node logs, as lines of JSON: what its observers are told, and one logger for each area. */
export class Log {
  readonly #areas: Readonly<Record<Area, Logger>>;

  constructor(options: LogOptions, destination: DestinationStream) {
    const { node, clusterId, levels } = options;
    const settings: LoggerOptions = {
      level: "trace",
      base: { cluster: clusterId, node },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    };
    const root = pino(settings, destination);
    this.#areas = Object.fromEntries(areas.map((area) => [area, root.child({ area }, { level: levels[area] })])) as Record<
      Area,
      Logger
    >;
  }

  area(area: Area): Logger {
    return this.#areas[area];
  }

  /** One line for an event, which is put into words only if its level is on. */
  event(event: NodeEvent, view: View): void {
    const { area, level } = eventLogs[event.type];
    const logger = this.#areas[area];
    if (logger.isLevelEnabled(level)) logger[level]({ ...termAndRole(event, view), event }, describeNodeEvent(event));
  }
}
