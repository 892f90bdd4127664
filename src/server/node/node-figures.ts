import { type Figure, type FiguresOf, type FigureValue, figureName, gauge, type HistogramValue } from "../../declared/figures.ts";
import { closingFigures, doorFigures } from "../../door/counters.ts";
import { unreadFigures } from "../../door/unread.ts";
import { nodeFigures } from "../../node/figures.ts";
import { sessionFigures } from "../../service/sessions/session-count.ts";
import { scrubFigures } from "../../storage/scrub/scrubber.ts";
import { transportFigures } from "../../transport/link/counters.ts";

const processFigures = {
  uptimeMs: gauge("ms", "Time since the process was started."),
  memoryBytes: gauge("bytes", "Resident memory of the process."),
  diskBytes: gauge("bytes", "Size of the data directory. May be some seconds old."),
};

/** The figures of a whole node, by the rooms that count them. What shows figures goes through this table. */
const figureRooms = {
  node: nodeFigures,
  transport: transportFigures,
  peerPort: doorFigures,
  peerPortClosed: closingFigures,
  clientPort: doorFigures,
  clientPortClosed: closingFigures,
  ports: unreadFigures,
  sessions: sessionFigures,
  scrub: scrubFigures,
  process: processFigures,
};

type Rooms = typeof figureRooms;

/** What each room has counted; null where a node has no such room. */
export type NodeFigures = { readonly [Room in keyof Rooms]: FiguresOf<Rooms[Room]> | null };

export function processFiguresOf(diskBytes: number): FiguresOf<typeof processFigures> {
  return { uptimeMs: Math.round(process.uptime() * 1_000), memoryBytes: process.memoryUsage.rss(), diskBytes };
}

export function figureValues(figures: NodeFigures): FigureValue[] {
  const values: Readonly<Record<string, Readonly<Record<string, number | HistogramValue>> | null>> = figures;
  return declaredFigures().flatMap(({ room, key, ...figure }) => {
    const value = values[room]?.[key];
    return value === undefined ? [] : [{ ...figure, value }];
  });
}

/** Every figure there is, with its name in the whole node. */
export function declaredFigures(): (Figure & Pick<FigureValue, "name"> & { readonly room: string; readonly key: string })[] {
  return Object.entries<Readonly<Record<string, Figure>>>(figureRooms).flatMap(([room, table]) =>
    Object.entries(table).map(([key, figure]) => ({ room, key, name: figureName(room, key), ...figure })),
  );
}
