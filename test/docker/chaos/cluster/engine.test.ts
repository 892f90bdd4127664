import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { Engine } from "./engine.ts";
import { buildImages } from "./images.ts";

// What a run leaves behind: nothing.

jest.setTimeout(60_000);

const { pid: endedProcess } = spawnSync(process.execPath, ["--version"]);

test("what a run that was cut off left behind is removed by the next one, and what others use is left alone", async () => {
  const first = await Engine.connect();
  const names = { mine: `${first.run}-mine`, abandoned: `${first.run}-abandoned` };
  await first.docker.createVolume({ Name: names.mine, Labels: { ...first.labels } });
  const of = { ...first.labels, "balsa.chaos.run": "cut-off", "balsa.chaos.owner": `${hostname()}:${endedProcess}` };
  await first.docker.createVolume({ Name: names.abandoned, Labels: of });
  await first.docker.createNetwork({ Name: names.abandoned, Labels: of });
  const second = await Engine.connect();
  expect(await left(second, names.abandoned)).toEqual([]);
  expect(await left(second, names.mine)).toEqual([names.mine]);
  await second.removeAll();
  expect(await left(second, names.mine)).toEqual([names.mine]);
  await first.removeAll();
  expect(await left(second, names.mine)).toEqual([]);
});

test("a run of another user of this machine is left alone: its process may not be signalled, and lives", async () => {
  const engine = await Engine.connect();
  await engine.docker.createVolume({ Name: `${engine.run}-mine`, Labels: { ...engine.labels } });
  const kill = jest.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
  });
  try {
    await Engine.connect();
    expect(kill).toHaveBeenCalled();
    expect(await left(engine, `${engine.run}-mine`)).toHaveLength(1);
  } finally {
    kill.mockRestore();
    await engine.removeAll();
  }
});

test("what cannot be removed does not keep the rest, and is told", async () => {
  const [engine, stranger] = [await Engine.connect(), await Engine.connect()];
  const [held, free] = [`${engine.run}-held`, `${engine.run}-free`];
  for (const Name of [held, free]) await engine.docker.createVolume({ Name, Labels: { ...engine.labels } });
  const { tools } = await buildImages();
  const Mounts = [{ Type: "volume" as const, Source: held, Target: "/held" }];
  const name = `${stranger.run}-holds`;
  await stranger.docker.createContainer({ Image: tools, name, Labels: stranger.labels, HostConfig: { Mounts } });
  await expect(engine.removeAll()).rejects.toThrow(/volume is in use/);
  expect([await left(engine, held), await left(engine, free)]).toEqual([[held], []]);
  await stranger.removeAll();
  await engine.removeAll();
  expect(await left(engine, held)).toEqual([]);
});

/** Volumes and networks of this name. */
async function left({ docker }: Engine, name: string): Promise<string[]> {
  const filters = { name: [name] };
  const { Volumes } = await docker.listVolumes({ filters });
  return [...Volumes, ...(await docker.listNetworks({ filters }))].map(({ Name }) => Name);
}
