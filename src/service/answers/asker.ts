import type { AnswerRoom } from "../../door/unread.ts";

/** Who wants an answer: whether still, and whether there is room for it. */
export interface Asker {
  readonly call: { readonly cancelled: boolean };
  /** Of the connection that the call came on. */
  readonly room: AnswerRoom;
}

export function isGone({ call, room }: Asker): boolean {
  return call.cancelled || room.state === "gone";
}
