interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly choices: readonly (readonly [value: Value, title: string])[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

/** A few choices side by side, of which one holds. */
export function Segmented<Value extends string>({ label, choices, chosen, onChoose }: SegmentedProps<Value>) {
  return (
    <fieldset class="segmented">
      <legend class="hidden">{label}</legend>
      {choices.map(([value, title]) => (
        <button key={value} type="button" aria-pressed={value === chosen} onClick={() => onChoose(value)}>
          {title}
        </button>
      ))}
    </fieldset>
  );
}
