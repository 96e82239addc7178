import { openBackend, type StudioBackend } from './clients/studio-backend.js';

const vendorWords = {
  double: {
    option: 'A double of fal, through the server half',
    hint: 'The server keeps each job in a file. Stop it and start it again: what runs goes on. Nothing is paid.',
  },
  fal: {
    option: 'fal, through the server half',
    hint: 'The server has your key, and fal charges your account for each generation.',
  },
} as const;
const inHouseHint = 'It forgets its jobs when it stops, and simulates every fault below.';

/** Chooses who renders. The page opens again with that. */
export function BackendSelect({ backend: { name, vendor } }: { readonly backend: StudioBackend }) {
  if (vendor === null) return null;
  return (
    <div className="field beside">
      <label htmlFor="backend">Backend</label>
      <select
        id="backend"
        value={name}
        aria-describedby="backend-hint"
        onChange={event => openBackend(event.target.value === 'in-house' ? 'in-house' : vendor)}
      >
        <option value={vendor}>{vendorWords[vendor].option}</option>
        <option value="in-house">In-house, without a server half</option>
      </select>
      <p id="backend-hint" className="hint">
        {name === 'in-house' ? inHouseHint : vendorWords[name].hint}
      </p>
    </div>
  );
}
