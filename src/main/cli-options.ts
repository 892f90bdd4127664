import { InvalidArgumentError } from "commander";

/** Options that every client command takes. */
export interface ClientOptions {
  readonly endpoints: readonly string[];
  readonly timeout: number;
  readonly json: boolean;
}

export const endpointsDefault: readonly string[] = [8001, 8002, 8003, 8004, 8005].map((port) => `127.0.0.1:${port}`);
export const endpointsEnv = "BALSA_ENDPOINTS";
export const timeoutMsDefault = 5_000;

const timeoutMsMax = 2 ** 31 - 1;

export function parseEndpoints(text: string): string[] {
  const endpoints = text.split(",").map((part) => part.trim());
  for (const endpoint of endpoints) {
    if (!/^(\[[^\]]+\]|[^:[\]\s]+):[0-9]{1,5}$/.test(endpoint))
      throw new InvalidArgumentError('Name them as "host:8000,host:8000".');
  }
  return endpoints;
}

export function parseTimeout(text: string): number {
  return wholeNumber(text, 1, timeoutMsMax);
}

export function parseCount(text: string): number {
  return wholeNumber(text, 1, Number.MAX_SAFE_INTEGER);
}

function wholeNumber(text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < min || value > max)
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  return value;
}
