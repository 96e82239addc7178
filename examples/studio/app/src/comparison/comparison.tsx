import { useState, useSyncExternalStore } from 'react';
import { faultsInAddress, watchFaults } from '../faults.js';
import { ComparisonRun } from './comparison-run.js';
import { scenarios } from './scenarios.js';
import './comparison.css';

/** A typical hand-written hook, a client that repeats, and this library, with the same backend and the same fault. */
export function Comparison() {
  const chosenFaults = useSyncExternalStore(watchFaults, faultsInAddress);
  const [name, choose] = useState('');
  const [run, setRun] = useState(0);
  const own = {
    name: 'The selected faults',
    hint: 'The faults that the next generation of this page also has.',
    faults: chosenFaults,
  };
  const offered = chosenFaults === '' ? scenarios : [...scenarios, own];
  const scenario = offered.find(each => each.name === name) ?? offered[0] ?? own;

  return (
    <div className="comparison">
      <div className="field beside">
        <label htmlFor="scenario">Scenario</label>
        <select
          id="scenario"
          value={scenario.name}
          onChange={event => {
            choose(event.target.value);
            setRun(run + 1);
          }}
        >
          {offered.map(each => (
            <option key={each.name}>{each.name}</option>
          ))}
        </select>
      </div>
      <p className="hint">{scenario.hint}</p>
      <ComparisonRun key={`${run} ${scenario.name}`} faults={scenario.faults} onStartOver={() => setRun(run + 1)} />
    </div>
  );
}
