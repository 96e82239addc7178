import { useState } from 'react';
import { openBackend, restartServer, type StudioBackend } from './clients/studio-backend.js';
import { backendNames, vendorTraits } from './vendor-words.js';

/** Chooses who renders. The page opens again with that. */
export function BackendSelect({ backend }: { readonly backend: StudioBackend }) {
  const { name, isDouble, isInPage, vendors } = backend;
  if (vendors.length === 0) return null;
  const isInHouse = name === 'in-house';
  const whoPays = isDouble
    ? `${isInPage ? 'Your browser keeps each job.' : 'The server keeps each job in a file.'} Nothing is paid.`
    : `The server has your key, and ${backendNames[name]} charges your account for each generation.`;
  return (
    <>
      <div className="field beside">
        <label htmlFor="backend">Backend</label>
        <select
          id="backend"
          value={name}
          aria-describedby="backend-hint"
          onChange={event => openBackend(event.target.value as StudioBackend['name'])}
        >
          {vendors.map(vendor => (
            <option key={vendor.name} value={vendor.name}>
              {vendor.isDouble ? 'A double of ' : ''}
              {backendNames[vendor.name]}, through the server half
            </option>
          ))}
          <option value="in-house">In-house, without a server half</option>
        </select>
        <p id="backend-hint" className="hint">
          {isInHouse ? '' : `${whoPays} `}
          {vendorTraits[name]}
        </p>
      </div>
      {!isInHouse && !isInPage && <RestartButton />}
    </>
  );
}

/** Restarts the server half while the page watches. */
function RestartButton() {
  const [isAway, setAway] = useState(false);
  const restart = async () => {
    setAway(true);
    await restartServer().catch(() => undefined);
    setAway(false);
  };
  return (
    <div className="field beside">
      <button type="button" className="button" disabled={isAway} aria-describedby="restart-hint" onClick={restart}>
        Restart the server
      </button>
      <p id="restart-hint" className="hint" role="status">
        {isAway
          ? 'The server is away. What runs at the vendor goes on.'
          : 'It is away for some seconds and forgets what it has in memory. What runs goes on.'}
      </p>
    </div>
  );
}
