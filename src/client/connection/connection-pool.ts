import type { Connection } from "./connection.ts";
import type { Connect } from "./load-connect.ts";

/** The connections of one client, at most one to each node: whoever asks a node again asks it by the same one. */
export class ConnectionPool {
  readonly #load: () => Promise<Connect>;
  #connect: Connect | null = null;
  readonly #open = new Map<string, Connection>();

  constructor(load: () => Promise<Connect>) {
    this.#load = load;
  }

  /** Calls back once `to` may be called: at once, but for the first time. */
  whenLoaded(callback: () => void): void {
    if (this.#connect !== null) return callback();
    void this.#load().then((connect) => {
      this.#connect = connect;
      callback();
    });
  }

  /** The connection to this node; a new one if there is none, or if it broke or does not come about. */
  to(endpoint: string): Connection {
    const known = this.#open.get(endpoint);
    if (known !== undefined && (known.isReady || known.isConnecting)) return known;
    known?.retire();
    if (this.#connect === null) throw new Error("A connection was asked for before any can be made.");
    const connection = this.#connect(endpoint);
    this.#open.set(endpoint, connection);
    return connection;
  }

  get endpoints(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Whether whoever asks this node need not connect first. */
  has(endpoint: string): boolean {
    return this.#open.get(endpoint)?.isReady === true;
  }

  /** Nobody will get this one any more; it closes once what is under way on it has ended. */
  retire(connection: Connection): void {
    if (this.#open.get(connection.endpoint) === connection) this.#open.delete(connection.endpoint);
    connection.retire();
  }

  /** Closes the others once what is under way on them has ended. */
  keepOnly(kept: readonly string[]): void {
    for (const connection of [...this.#open.values()]) if (!kept.includes(connection.endpoint)) this.retire(connection);
  }

  /** Closes those that broke. */
  dropBroken(): void {
    for (const connection of [...this.#open.values()]) if (!connection.isReady && !connection.isConnecting) this.retire(connection);
  }

  /** Closes all, and what is under way on them. */
  close(): void {
    for (const connection of this.#open.values()) connection.close();
    this.#open.clear();
  }
}
