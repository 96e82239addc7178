import type { JsonObject, JsonValue } from 'generation-lifecycle';
import { useChosenFaults } from './chosen-faults.js';
import { FaultControl } from './fault-control.js';
import { type FaultGroup, faultGroups } from './fault-groups.js';
import './fault-panel.css';

/** A switch for every fault of the backend. They apply from the next generation on. */
export function FaultPanel() {
  const [chosen, choose] = useChosenFaults();
  const set = (name: string, value: JsonValue | undefined) => {
    const { [name]: _before, ...others } = chosen;
    choose(value === undefined ? others : { ...others, [name]: value });
  };

  return (
    <div className="faults">
      <div className="faults-head">
        <p className="hint">Faults apply from the next generation on. The URL of this page contains them.</p>
        <button type="button" className="button quiet" onClick={() => choose({})}>
          Clear all
        </button>
      </div>
      {faultGroups.map(({ title, entries }) => (
        <FaultSet key={title} title={title} entries={entries} chosen={chosen} onChoose={set} />
      ))}
    </div>
  );
}

type FaultSetProps = FaultGroup & {
  readonly chosen: JsonObject;
  readonly onChoose: (name: string, value: JsonValue | undefined) => void;
};

function FaultSet({ title, entries, chosen, onChoose }: FaultSetProps) {
  return (
    <fieldset className="fault-group">
      <legend>{title}</legend>
      {Object.entries(entries).map(([name, entry]) => (
        <FaultControl
          key={name}
          name={name}
          entry={entry}
          value={chosen[name]}
          onChoose={value => onChoose(name, value)}
        />
      ))}
    </fieldset>
  );
}
