import { freePorts } from "../../../support/free-ports.ts";
import type { Engine, Network } from "./engine.ts";
import { Hand } from "./hand.ts";
import type { Images } from "./images.ts";
import { type Launch, Place } from "./place.ts";

/** The parts of a cluster, made and not yet started. */
export interface Assembly {
  readonly places: readonly Place[];
  readonly hand: Hand;
  /** The place whose disk is small enough to be filled. */
  readonly smallDisk: Place;
  /** The volume from which nodes load what tells them a false time. */
  readonly clockVolume: string;
}

export interface AssemblyOptions {
  /** Places whose nodes begin the cluster. */
  readonly nodes: number;
  /** Further places, for nodes that come and go. */
  readonly spares: number;
}

/** Large enough for an hour's log and state, small enough to be filled in a second. */
const smallDiskMiB = 256;
const subnetTriesMax = 20;
/** How many nodes can be told to fail. The others are as they are shipped, without any part of that. */
const tellable = 2;
/** The user that the image runs as. */
const owner = 1000;

/** Makes networks, volumes, places and the hand. What is made when it fails is left to whoever removes all of the run. */
export async function assemble(engine: Engine, images: Images, options: AssemblyOptions): Promise<Assembly> {
  const count = options.nodes + options.spares;
  const [{ peers, prefix }, ports] = await Promise.all([makePeers(engine), freePorts(count)]);
  const clients = `${engine.run}-clients`;
  const clockVolume = `${engine.run}-clock`;
  const sites = ports.map((port, at) => ({
    id: at + 1,
    ip: `${prefix}.${at + 11}`,
    port,
    volume: `${engine.run}-n${at + 1}`,
  }));
  await Promise.all([
    engine.docker.createNetwork({ Name: clients, Labels: engine.labels }),
    ...[...sites.map(({ volume }) => volume), clockVolume].map((name) =>
      makeVolume(engine, name, name === `${engine.run}-n${options.nodes}`),
    ),
  ]);
  // Whoever mounts an empty volume first decides whom it belongs to; the hand would be that, and it is root.
  const hand = await Hand.create(engine, images.tools, [...sites.map(({ volume }) => volume), clockVolume]);
  await hand.run(`chown ${owner}:${owner} "$@"`, ...sites.map(({ volume }) => hand.pathOf(volume)));
  await hand.run('cp /usr/lib/*/faketime/libfaketime.so.1 "$1"', hand.pathOf(clockVolume));
  const first = sites.slice(0, options.nodes);
  const common = {
    BALSA_PEERS: first.map(({ id, ip }) => `${id}=${ip}:7000`).join(","),
    BALSA_CLIENT_ADDRESSES: first.map(({ id, port }) => `${id}=127.0.0.1:${port}`).join(","),
  };
  const places = sites.map((site) => {
    const own = { BALSA_ID: String(site.id), ...(site.id <= tellable && { BALSA_FAULTS: "on" }) };
    const launch: Launch = { image: images.shipped, environment: { ...common, ...own } };
    return new Place(site, launch, { engine, peers, clients });
  });
  const smallDisk = places[options.nodes - 1];
  if (smallDisk === undefined) throw new RangeError("A cluster has at least one node.");
  return { places, hand, smallDisk, clockVolume };
}

/** A network that leads nowhere else, with a subnet of its own: Docker gives fixed addresses in no other. */
async function makePeers(engine: Engine): Promise<{ peers: Network; prefix: string }> {
  for (let tries = 1; ; tries += 1) {
    const prefix = `10.${200 + Math.floor(Math.random() * 50)}.${Math.floor(Math.random() * 256)}`;
    const IPAM = { Driver: "default", Config: [{ Subnet: `${prefix}.0/24` }] };
    try {
      const options = { Name: `${engine.run}-peers`, Internal: true, Labels: engine.labels, IPAM };
      return { peers: await engine.docker.createNetwork(options), prefix };
    } catch (error) {
      // Somebody else's network may have these addresses.
      if (tries === subnetTriesMax) throw error;
    }
  }
}

async function makeVolume(engine: Engine, Name: string, small: boolean): Promise<void> {
  // In memory, for a file system of its own that anybody may make; it lasts for as long as the hand has it mounted.
  const DriverOpts = { type: "tmpfs", device: "tmpfs", o: `size=${smallDiskMiB}m` };
  await engine.docker.createVolume({ Name, Labels: { ...engine.labels }, ...(small && { DriverOpts }) });
}
