import { Client, credentials, type ServerDuplexStream, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { Door, type DoorNotice } from "../../src/door/door.ts";
import { type DoorOptions, doorDefaults } from "../../src/door/options.ts";
import type { PlaceOptions } from "../../src/door/places.ts";
import { UnreadTotal } from "../../src/door/unread.ts";

const same = (bytes: Buffer) => bytes;
const method = (name: string, streams: boolean) => ({
  path: `/test.Echo/${name}`,
  requestStream: streams,
  responseStream: streams,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});
/** Requests and answers are plain bytes. A call is answered with as many bytes as its request says. */
const service = { Ask: method("Ask", false), Talk: method("Talk", true) };

/** A door with a service behind it, on a free port of loopback. */
export class Doorway {
  readonly door: Door;
  readonly total: UnreadTotal;
  readonly notices: DoorNotice[] = [];
  /** What was asked, in order. */
  readonly asked: string[] = [];
  port = 0;

  private constructor(options: Partial<DoorOptions & PlaceOptions>) {
    const all = { ...doorDefaults, connectionsMax: 1_000, perAddressMax: 1_000, whenFull: "refuse" as const, ...options };
    this.total = new UnreadTotal(all.unreadBytesTotalMax);
    const ports = { unreadTotal: this.total, onNotice: (notice: DoorNotice) => this.notices.push(notice) };
    this.door = new Door(all, {}, ports);
    this.door.server.addService(service, {
      Ask: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        this.asked.push(String(call.request));
        answer(null, Buffer.alloc(Number(call.request)));
      },
      Talk: (call: ServerDuplexStream<Buffer, Buffer>) => {
        call.on("data", (bytes: Buffer) => {
          this.asked.push(String(bytes));
          call.write(Buffer.alloc(Number(bytes)));
        });
        call.on("end", () => call.end());
      },
    });
  }

  static async open(options: Partial<DoorOptions & PlaceOptions> = {}): Promise<Doorway> {
    const doorway = new Doorway(options);
    doorway.port = await new Promise<number>((resolve, reject) => {
      doorway.door.listen("127.0.0.1:0", (error, port) => (error ? reject(error) : resolve(port)));
    });
    return doorway;
  }

  get count(): number {
    return this.door.connectionCount;
  }

  client(): Client {
    return new Client(`127.0.0.1:${this.port}`, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.door.stop(0, resolve));
  }
}

export function ask(client: Client, bytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(service.Ask.path, same, same, Buffer.from(String(bytes)), (error, answer) => {
      if (answer === undefined) reject(error);
      else resolve(answer);
    });
  });
}

export function talk(client: Client) {
  return client.makeBidiStreamRequest<Buffer, Buffer>(service.Talk.path, same, same);
}

/** Sockets of this process, at both ends. */
export function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
}
