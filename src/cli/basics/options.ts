import { InvalidArgumentError } from "commander";
import { parseAddress } from "../../grpc/address.ts";

/** Options that every command of a client takes, checked. */
export interface CliOptions {
  readonly endpoints: readonly string[];
  readonly timeout: number;
  readonly json: boolean;
  /** Whether nodes are reached through the proxy that the environment names. */
  readonly proxy: boolean;
}

/** What the commands need of the process they run in. */
export interface CliWorld {
  /**
   * Prints text in lines, or bytes exactly as they are. Resolves once it is written, so that a slow reader of a long output
   * holds the command up, and says whether further output has a reader.
   */
  readonly print: (output: string | Uint8Array) => Promise<boolean>;
  /** Says what went wrong, where it is not taken for a result. */
  readonly complain: (line: string) => void;
  /** Whether a person reads the output as it comes. */
  readonly isTerminal: boolean;
}

export const endpointsDefault: readonly string[] = [8001, 8002, 8003, 8004, 8005].map((port) => `127.0.0.1:${port}`);
export const endpointsEnv = "BALSA_ENDPOINTS";
export const timeoutMsDefault = 5_000;

/** Longer timers overflow in Node and would fire at once. */
const timeoutMsMax = 2 ** 31 - 1;

export function parseEndpoints(text: string): string[] {
  const endpoints = text.split(",").map((part) => part.trim());
  if (endpoints.some((endpoint) => parseAddress(endpoint) === null))
    throw new InvalidArgumentError('They are written "host:8000,host:8000".');
  return endpoints;
}

export function parseTimeout(text: string): number {
  return wholeNumber(text, timeoutMsMax);
}

export function parseCount(text: string): number {
  return wholeNumber(text, Number.MAX_SAFE_INTEGER);
}

function wholeNumber(text: string, max: number): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && value >= 1 && value <= max) return value;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
}
