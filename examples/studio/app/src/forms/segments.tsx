import { useId } from 'react';

type SegmentsProps<TOption> = {
  readonly legend: string;
  readonly options: readonly TOption[];
  readonly value: TOption;
  readonly nameOf: (option: TOption) => string;
  readonly onChoose: (option: TOption) => void;
  /** The legend is for a screen reader alone. */
  readonly isQuiet?: boolean | undefined;
};

/** One of a few, all of which are seen. */
export function Segments<TOption>({ legend, options, value, nameOf, onChoose, isQuiet }: SegmentsProps<TOption>) {
  const name = useId();
  return (
    <fieldset className="field">
      <legend className={isQuiet ? 'visually-hidden' : undefined}>{legend}</legend>
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
