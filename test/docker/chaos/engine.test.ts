import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { Engine } from "./engine.ts";

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

/** Volumes and networks of this name. */
async function left({ docker }: Engine, name: string): Promise<string[]> {
  const filters = { name: [name] };
  const { Volumes } = await docker.listVolumes({ filters });
  return [...Volumes, ...(await docker.listNetworks({ filters }))].map(({ Name }) => Name);
}
