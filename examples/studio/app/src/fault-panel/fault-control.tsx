import type { JsonObject, JsonValue } from 'generation-lifecycle';
import type { ShownFault } from './fault-entry.js';
import { FaultInput } from './fault-input.js';

type FaultControlProps = {
  /** The backend's name of the fault. */
  readonly name: string;
  readonly entry: ShownFault;
  /** `undefined` while the fault is off. */
  readonly value: JsonValue | undefined;
  readonly onChoose: (value: JsonValue | undefined) => void;
};

/** The switch and description of a fault, and its inputs while it is on. */
export function FaultControl({ name, entry, value, onChoose }: FaultControlProps) {
  const { title, description, initial, field, fields = {} } = entry;
  const members: JsonObject = isObject(value) ? value : {};

  return (
    <div className="fault" data-on={value !== undefined}>
      <label className="fault-switch">
        <input
          type="checkbox"
          checked={value !== undefined}
          aria-describedby={`${name}-description`}
          onChange={event => onChoose(event.target.checked ? initial : undefined)}
        />
        <span>{title}</span>
      </label>
      <p id={`${name}-description`} className="fault-description">
        {description}
      </p>
      {value !== undefined && (
        <div className="fault-fields">
          {field && <FaultInput title={title} field={field} value={value} onChoose={onChoose} />}
          {Object.entries(fields).map(([member, each]) => (
            <FaultInput
              key={member}
              title={title}
              field={each}
              value={members[member]}
              onChoose={chosen => onChoose({ ...members, [member]: chosen })}
            />
          ))}
        </div>
      )}
    </div>
  );
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
