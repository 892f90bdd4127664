import type { BalsaError } from "../values/balsa-error.ts";
import { type Bounds, whenAborted } from "../values/call-options.ts";
import type { Place } from "./session.ts";

/** A request on its way to an answer. */
export interface RequestCall<Request, Response> {
  readonly request: Request;
  readonly bytes: number;
  /** When it is given up. */
  readonly deadlineAt: number;
  /** When it last left, on the clock of `performance.now()`. */
  sentAt: number;
  /** Its place in a session, which it keeps however often it is sent. */
  place: Place | null;
  /** An earlier try may have taken effect, or may yet. */
  mayHaveHappened: boolean;
  /** Why the last try did nothing, for the case that there is no time for another. */
  lastError: BalsaError | null;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: BalsaError) => void;
}

/** @param onAbort called if the signal aborts before the call is settled */
export function newCall<Request, Response>(
  { request, bytes, timeoutMs, signal }: { readonly request: Request; readonly bytes: number } & Bounds,
  onAbort: (signal: AbortSignal) => void,
  settle: Pick<RequestCall<Request, Response>, "resolve" | "reject">,
): RequestCall<Request, Response> {
  const forget = whenAborted(signal, onAbort);
  return {
    request,
    bytes,
    deadlineAt: performance.now() + timeoutMs,
    sentAt: 0,
    place: null,
    mayHaveHappened: false,
    lastError: null,
    resolve: (response) => {
      forget();
      settle.resolve(response);
    },
    reject: (error) => {
      forget();
      settle.reject(error);
    },
  };
}
