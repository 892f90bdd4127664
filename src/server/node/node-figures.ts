import { type Figure, type FiguresOf, type FigureValue, figureName, gauge, type HistogramValue } from "../../declared/figures.ts";
import { closingFigures, doorFigures } from "../../door/counters.ts";
import { unreadFigures } from "../../door/unread.ts";
import { nodeFigures } from "../../node/figures.ts";
import { feedFigures } from "../../observe/feed/node-feed.ts";
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
  observers: feedFigures,
  scrub: scrubFigures,
  process: processFigures,
};

type Rooms = typeof figureRooms;

/** What each room has counted; null where a node has no such room. */
export type NodeFigures = { readonly [Room in keyof Rooms]: FiguresOf<Rooms[Room]> | null };

/** What the system has to be asked for is asked for when it is read: counters are read often, and without the rest. */
export function processFiguresOf(diskBytes: number): FiguresOf<typeof processFigures> {
  return {
    uptimeMs: Math.round(process.uptime() * 1_000),
    get memoryBytes() {
      return process.memoryUsage.rss();
    },
    diskBytes,
  };
}

export function figureValues(figures: NodeFigures): FigureValue[] {
  const values: ValuesByRoom = figures;
  return declared.flatMap(({ room, key, ...figure }) => {
    const value = values[room]?.[key];
    return value === undefined ? [] : [{ ...figure, value }];
  });
}

/** Counters alone, by their names, without those that have counted nothing: for those who look ten times a second. */
export function countersIn(figures: NodeFigures): Record<string, number> {
  const values: ValuesByRoom = figures;
  const found: Record<string, number> = {};
  for (const { room, key, name, kind } of declared) {
    const value = kind === "counter" ? values[room]?.[key] : undefined;
    if (typeof value === "number" && value !== 0) found[name] = value;
  }
  return found;
}

type ValuesByRoom = Readonly<Record<string, Readonly<Record<string, number | HistogramValue>> | null>>;
type DeclaredFigure = Figure & Pick<FigureValue, "name"> & { readonly room: string; readonly key: string };

const declared: readonly DeclaredFigure[] = declaredFigures();

/** Every figure there is, with its name in the whole node. */
export function declaredFigures(): DeclaredFigure[] {
  return Object.entries<Readonly<Record<string, Figure>>>(figureRooms).flatMap(([room, table]) =>
    Object.entries(table).map(([key, figure]) => ({ room, key, name: figureName(room, key), ...figure })),
  );
}
