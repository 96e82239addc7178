type ChoiceProps<TOption> = {
  /** Its accessible name: the options say the rest. */
  readonly label: string;
  readonly options: readonly TOption[];
  readonly value: TOption;
  readonly nameOf: (option: TOption) => string;
  readonly onChoose: (option: TOption) => void;
};

/** One of some options, in the room of one. */
export function Choice<TOption>({ label, options, value, nameOf, onChoose }: ChoiceProps<TOption>) {
  return (
    <select
      className="choice"
      aria-label={label}
      value={options.indexOf(value)}
      onChange={event => {
        const chosen = options[Number(event.target.value)];
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {options.map((option, index) => (
        <option key={nameOf(option)} value={index}>
          {nameOf(option)}
        </option>
      ))}
    </select>
  );
}
