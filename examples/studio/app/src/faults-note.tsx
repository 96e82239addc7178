import { useSyncExternalStore } from 'react';
import { faultPresets, faultsInAddress, watchFaults } from './faults.js';

/** Says that faults are simulated: otherwise the page looks broken. */
export function FaultsNote({ onOpen }: { readonly onOpen: () => void }) {
  const faults = useSyncExternalStore(watchFaults, faultsInAddress);
  if (faults === '') return null;
  const name = faultPresets.find(preset => preset.faults === faults)?.name ?? 'your own choice';
  return (
    <p className="notice faults-note">
      <span>
        Simulated fault: <b>{name}</b>
      </span>
      <button type="button" className="button small" onClick={onOpen}>
        Change
      </button>
    </p>
  );
}
