import { worldsHold } from "./seeds.ts";

worldsHold(101, 200);
