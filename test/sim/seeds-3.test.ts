import { worldsHold } from "./seeds.ts";

worldsHold(201, 300);
