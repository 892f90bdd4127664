import { messageKind } from "../../observe/messages.ts";

/** How a type of message looks. Colours are those of Okabe and Ito, which differ for every eye. */
export interface MessageKind {
  /** What the paper calls it. */
  readonly title: string;
  readonly color: string;
  /** Replies are dotted. */
  readonly isReply: boolean;
  /** Width of its line relative to that of an AppendEntries. */
  readonly weight: number;
  /** Seldom enough that each one is drawn. */
  readonly isRare: boolean;
}

const looks = {
  vote: { color: "#e69f00", weight: 1, isRare: true },
  append: { color: "#009e73", weight: 1, isRare: false },
  heartbeat: { color: "#009e73", weight: 0.5, isRare: false },
  snapshot: { color: "#0072b2", weight: 2, isRare: true },
  transfer: { color: "#cc79a7", weight: 1.3, isRare: true },
  forward: { color: "#8a94a0", weight: 1, isRare: false },
  read: { color: "#8a94a0", weight: 0.7, isRare: false },
  other: { color: "#8a94a0", weight: 0.5, isRare: false },
} as const;

const known = new Map<string, MessageKind>();

/** The same object each time, also for a type that this page does not know yet. */
export function kindOf(message: string): MessageKind {
  const found = known.get(message);
  if (found !== undefined) return found;
  const { name, family, isReply } = messageKind(message);
  const kind = { title: name, isReply, ...looks[family] };
  known.set(message, kind);
  return kind;
}
