import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Model } from "../model/model.ts";

export const ModelContext = createContext<Model | null>(null);

export function useModel(): Model {
  const model = useContext(ModelContext);
  if (model === null) throw new Error("This part of the page stands outside of the page.");
  return model;
}
