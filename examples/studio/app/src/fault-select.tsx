import { useState, useSyncExternalStore } from 'react';
import { faultPresets, faultsInAddress, putFaultsInAddress, watchFaults } from './faults.js';

/** Chooses the faults that the backend simulates from the next generation on. */
export function FaultSelect() {
  const [opened] = useState(faultsInAddress);
  const faults = useSyncExternalStore(watchFaults, faultsInAddress);
  const isPreset = (text: string) => faultPresets.some(preset => preset.faults === text);
  // A combination that is no preset stays in the list while it is selected.
  const own = [...new Set([opened, faults])].filter(text => !isPreset(text));

  return (
    <div className="field beside">
      <label htmlFor="faults">Simulated fault</label>
      <select id="faults" value={faults} onChange={event => putFaultsInAddress(event.target.value)}>
        {faultPresets.map(preset => (
          <option key={preset.name} value={preset.faults}>
            {preset.name}
          </option>
        ))}
        {own.map(text => (
          <option key={text} value={text}>
            {text === opened ? 'From the URL' : 'Custom'}
          </option>
        ))}
      </select>
    </div>
  );
}
