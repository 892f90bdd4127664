import { worldsHold } from "./seeds.ts";

worldsHold(1, 100);
