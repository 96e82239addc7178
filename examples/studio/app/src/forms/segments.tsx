import { useId } from 'react';

type SegmentsProps<TOption> = {
  /** For screen readers. */
  readonly legend: string;
  readonly options: readonly TOption[];
  readonly value: TOption;
  readonly nameOf: (option: TOption) => string;
  readonly onChoose: (option: TOption) => void;
};

/** Radio buttons in a row. */
export function Segments<TOption>({ legend, options, value, nameOf, onChoose }: SegmentsProps<TOption>) {
  const name = useId();
  return (
    <fieldset>
      <legend className="visually-hidden">{legend}</legend>
      <div className="segments">
        {options.map(option => (
          <label key={nameOf(option)}>
            <input type="radio" name={name} checked={option === value} onChange={() => onChoose(option)} />
            <span>{nameOf(option)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
