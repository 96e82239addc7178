import type { JsonObject, JsonValue } from 'generation-lifecycle';
import type { ShownFault } from './fault-entry.js';
import { FaultInput } from './fault-input.js';

type FaultControlProps = {
  /** As the backend calls it. */
  readonly name: string;
  readonly entry: ShownFault;
  /** `undefined` while it is switched off. */
  readonly value: JsonValue | undefined;
  readonly onChoose: (value: JsonValue | undefined) => void;
};

/** One fault: its switch, what it does, and its values while it is on. */
export function FaultControl({ name, entry, value, onChoose }: FaultControlProps) {
  const { title, sentence, initial, field, fields = {} } = entry;
  const members: JsonObject = isObject(value) ? value : {};

  return (
    <div className="fault" data-on={value !== undefined}>
      <label className="fault-switch">
        <input
          type="checkbox"
          checked={value !== undefined}
          aria-describedby={`${name}-sentence`}
          onChange={event => onChoose(event.target.checked ? initial : undefined)}
        />
        <span>{title}</span>
      </label>
      <p id={`${name}-sentence`} className="fault-sentence">
        {sentence}
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
