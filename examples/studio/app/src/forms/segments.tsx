import { useId } from 'react';

type SegmentsProps<TOption> = {
  readonly legend: string;
  readonly options: readonly TOption[];
  readonly value: TOption;
  readonly nameOf: (option: TOption) => string;
  readonly onChoose: (option: TOption) => void;
  /** Only screen readers get the legend. */
  readonly isLegendHidden?: boolean | undefined;
};

/** Radio buttons in a row. */
export function Segments<TOption>({
  legend,
  options,
  value,
  nameOf,
  onChoose,
  isLegendHidden,
}: SegmentsProps<TOption>) {
  const name = useId();
  return (
    <fieldset className="field">
      <legend className={isLegendHidden ? 'visually-hidden' : undefined}>{legend}</legend>
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
