import { inspector } from 'generation-lifecycle/devtools';
import { type FormEvent, useId, useState, useSyncExternalStore } from 'react';
import { inspectorSwitch } from './inspector-switch.js';

const statelyUrl = 'https://stately.ai/inspect';

/** `?inspector=<url>` selects another viewer. */
const urlInAddress = () => new URLSearchParams(location.search).get('inspector') ?? statelyUrl;

/** Opens Stately's inspector. It is an external page, so the form says what it receives before the user opens it. */
export function InspectorPanel() {
  const { isOn, error } = useSyncExternalStore(inspectorSwitch.subscribe, inspectorSwitch.getState);
  const [url, setUrl] = useState(urlInAddress);
  const id = useId();

  const open = (event: FormEvent) => {
    event.preventDefault();
    void inspectorSwitch.open(url, inspector);
  };

  return (
    <form className="inspector" onSubmit={open}>
      <p>
        The inspector opens in its own window and shows every event of both clients.{' '}
        <b>This sends data to another site:</b> your browser sends the events to the page below, without prompts,
        inputs, headers and URL queries. Nothing is loaded or sent before you press the button.
      </p>
      <div className="field">
        <label htmlFor={id}>Viewer</label>
        <input id={id} type="url" required value={url} onChange={event => setUrl(event.target.value)} />
      </div>
      <div className="buttons">
        <button type="submit" className="button">
          {isOn ? 'Open it again' : 'Open the inspector'}
        </button>
        {isOn && (
          <button type="button" className="button quiet" onClick={inspectorSwitch.close}>
            Stop inspecting
          </button>
        )}
      </div>
      {isOn && <p className="note">Inspecting. Generate something, then look at the other window.</p>}
      {error && (
        <p className="note" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}
