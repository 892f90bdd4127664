import { Malformed } from "./bytes.ts";
import { decodeRequest } from "./kv-codec.ts";
import { decodeSessionCommand } from "./session-codec.ts";

/** Whether the key-value map with sessions can read these bytes. One that it cannot read, it answers and leaves all as it is. */
export function isMapCommand(bytes: Uint8Array): boolean {
  try {
    const command = decodeSessionCommand(bytes);
    if (command.type === "plain" || command.type === "request") decodeRequest(command.request);
    return true;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}
