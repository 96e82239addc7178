import type { JsonValue } from 'generation-lifecycle';
import { useId } from 'react';
import { defaultOption, type FaultField } from './fault-entry.js';

type FaultInputProps = {
  /** The title of the fault. */
  readonly title: string;
  readonly field: FaultField;
  readonly value: JsonValue | undefined;
  readonly onChoose: (value: JsonValue | undefined) => void;
};

export function FaultInput({ title, field, value, onChoose }: FaultInputProps) {
  const id = useId();
  return (
    <div className="fault-field">
      <label htmlFor={id}>
        <span className="visually-hidden">{title}: </span>
        {field.label}
      </label>
      <Input id={id} field={field} value={value} onChoose={onChoose} />
      {field.kind === 'number' && field.unit && <span className="fault-unit">{field.unit}</span>}
      {field.kind === 'share' && <span className="fault-unit">{Math.round(Number(value) * 100)} %</span>}
    </div>
  );
}

type InputProps = Omit<FaultInputProps, 'title'> & { readonly id: string };

function Input({ id, field, value, onChoose }: InputProps) {
  switch (field.kind) {
    case 'number':
      return (
        <input
          id={id}
          type="number"
          min={field.unit === 'bytes' ? 1 : 0}
          max={field.max}
          value={Number(value)}
          onChange={event => {
            // While the user types, the value may not be a number yet.
            if (event.target.validity.valid && event.target.value !== '') onChoose(event.target.valueAsNumber);
          }}
        />
      );
    case 'share':
      return (
        <input
          id={id}
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={Number(value)}
          onChange={event => onChoose(event.target.valueAsNumber)}
        />
      );
    case 'text':
      return <input id={id} type="text" value={String(value ?? '')} onChange={event => onChoose(event.target.value)} />;
    case 'choice':
      return (
        <select
          id={id}
          value={String(value ?? defaultOption)}
          onChange={event => {
            const chosen = field.options.find(option => String(option) === event.target.value);
            onChoose(chosen === defaultOption ? undefined : chosen);
          }}
        >
          {field.options.map(option => (
            <option key={option}>{option}</option>
          ))}
        </select>
      );
  }
}
