import { useState, useSyncExternalStore } from 'react';
import { faultPresets, faultsInAddress, putFaultsInAddress, watchFaults } from './faults.js';

/** Asks the backend to misbehave from the next generation on. */
export function FaultSelect() {
  const [opened] = useState(faultsInAddress);
  const faults = useSyncExternalStore(watchFaults, faultsInAddress);
  const isPreset = (text: string) => faultPresets.some(preset => preset.faults === text);
  // What was chosen by hand stays on offer for as long as it stands.
  const own = [...new Set([opened, faults])].filter(text => !isPreset(text));

  return (
    <div className="field beside">
      <label htmlFor="faults">What goes wrong</label>
      <select id="faults" value={faults} onChange={event => putFaultsInAddress(event.target.value)}>
        {faultPresets.map(preset => (
          <option key={preset.name} value={preset.faults}>
            {preset.name}
          </option>
        ))}
        {own.map(text => (
          <option key={text} value={text}>
            {text === opened ? 'As the address says' : 'Chosen one by one'}
          </option>
        ))}
      </select>
    </div>
  );
}
