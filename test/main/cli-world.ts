import { runCli } from "../../src/cli/program.ts";

/** How a command ended, and what it said. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly bytes: Buffer;
  readonly complaints: string[];
}

export interface Reader {
  /** Whether it is a person at a terminal. */
  readonly isTerminal?: boolean;
  /** After so many outputs it is gone. */
  readonly outputsMax?: number;
  readonly onOutput?: () => void;
}

/** Runs a command in this process, with the words that a person types. */
export async function cli(...args: readonly string[]): Promise<Ran> {
  return cliRead({}, ...args);
}

export async function cliRead(reader: Reader, ...args: readonly string[]): Promise<Ran> {
  const { isTerminal = false, outputsMax = Infinity, onOutput = () => undefined } = reader;
  const outputs: Buffer[] = [];
  const complaints: string[] = [];
  const code = await runCli(args, {
    print: async (output) => {
      outputs.push(Buffer.from(output));
      onOutput();
      return outputs.length < outputsMax;
    },
    complain: (line) => void complaints.push(line),
    isTerminal,
  });
  const bytes = Buffer.concat(outputs);
  return { code, out: bytes.toString(), bytes, complaints };
}
