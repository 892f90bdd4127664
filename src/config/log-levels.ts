/** The areas of the log, each with a level of its own, and how a user names both. */

export const areas = ["election", "replication", "storage", "transport", "client", "main"] as const;
export type Area = (typeof areas)[number];

/** From the most to the least talkative. */
export const levels = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type Level = (typeof levels)[number];

export type LogLevels = Readonly<Record<Area, Level>>;

const levelDefault: Level = "info";

/** What is wrong with a text such as "info" or "election=debug,transport=warn"; null if nothing is. */
export function logProblem(text: string): string | null {
  for (const { area, level } of parts(text)) {
    if (area !== null && !isArea(area)) return `names the area ${JSON.stringify(area)}, but there are only ${areas.join(", ")}`;
    if (!isLevel(level)) return `names the level ${JSON.stringify(level)}, but there are only ${levels.join(", ")}`;
  }
  return null;
}

/** Reads such a text: a level alone is for every area, "area=level" for one, whatever their order. */
export function parseLogLevels(text: string): LogLevels {
  const found = parts(text);
  const general = found.filter(({ area }) => area === null).at(-1)?.level ?? levelDefault;
  const result = Object.fromEntries(areas.map((area) => [area, general]));
  for (const { area, level } of found) if (area !== null) result[area] = level;
  return result as LogLevels;
}

function parts(text: string): { area: string | null; level: string }[] {
  if (text.trim() === "") return [];
  return text.split(",").map((part) => {
    const [first = "", second] = part.split("=", 2).map((word) => word.trim());
    return second === undefined ? { area: null, level: first } : { area: first, level: second };
  });
}

function isArea(text: string): text is Area {
  return areas.some((area) => area === text);
}

function isLevel(text: string): text is Level {
  return levels.some((level) => level === text);
}
