import type { Signal } from "@preact/signals";

interface NodeChoiceProps {
  readonly label: string;
  readonly ids: readonly number[];
  readonly chosen: Signal<number>;
  /** What 0 stands for, if it may be chosen. */
  readonly any?: string;
}

export function NodeChoice({ label, ids, chosen, any }: NodeChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select
        value={String(chosen.value)}
        onChange={({ currentTarget }) => {
          chosen.value = Number(currentTarget.value);
        }}
      >
        {any !== undefined && <option value="0">{any}</option>}
        {ids.map((id) => (
          <option key={id} value={String(id)}>{`Node ${id}`}</option>
        ))}
      </select>
    </label>
  );
}

export function NumberField({
  label,
  value,
  most,
}: {
  readonly label: string;
  readonly value: Signal<number>;
  readonly most: number;
}) {
  return (
    <label class="narrow">
      <span>{label}</span>
      <input
        type="number"
        min={0}
        max={most}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = Math.max(0, Math.min(most, Math.round(Number(currentTarget.value) || 0)));
        }}
      />
    </label>
  );
}

export function TextField({
  label,
  value,
  hint,
}: {
  readonly label: string;
  readonly value: Signal<string>;
  readonly hint: string;
}) {
  return (
    <label class="grows">
      <span>{label}</span>
      <input
        type="text"
        value={value.value}
        placeholder={hint}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </label>
  );
}
