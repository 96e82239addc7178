import { useState } from 'react';
import { faultPresets, faultsInAddress, putFaultsInAddress } from './faults.js';

/** Asks the backend to misbehave from the next generation on. */
export function FaultSelect() {
  const [opened] = useState(faultsInAddress);
  const [faults, setFaults] = useState(opened);
  const isOwn = !faultPresets.some(preset => preset.faults === opened);

  const choose = (chosen: string) => {
    putFaultsInAddress(chosen);
    setFaults(chosen);
  };

  return (
    <div className="field beside">
      <label htmlFor="faults">What goes wrong</label>
      <select id="faults" value={faults} onChange={event => choose(event.target.value)}>
        {faultPresets.map(preset => (
          <option key={preset.name} value={preset.faults}>
            {preset.name}
          </option>
        ))}
        {isOwn && <option value={opened}>As the address says</option>}
      </select>
    </div>
  );
}
