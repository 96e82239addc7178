import { type FormEvent, useId, useState, useSyncExternalStore } from 'react';
import { inspectorSwitch } from './inspector-switch.js';

const statelys = 'https://stately.ai/inspect';

/** `?inspector=<url>` names another viewer, such as one of your own. */
const urlInAddress = () => new URLSearchParams(location.search).get('inspector') ?? statelys;

/** The way to Stately's inspector, which is a page elsewhere: it says so before it is opened. */
export function InspectorPanel() {
  const { isOn, trouble } = useSyncExternalStore(inspectorSwitch.subscribe, inspectorSwitch.getState);
  const [url, setUrl] = useState(urlInAddress);
  const id = useId();

  const open = (event: FormEvent) => {
    event.preventDefault();
    void inspectorSwitch.open(url);
  };

  return (
    <form className="inspector" onSubmit={open}>
      <p>
        It opens in a window of its own, and shows every event of both clients from then on.{' '}
        <b>This leaves the page’s own server:</b> your browser hands what happens to the page below. Prompts, inputs,
        headers and the queries of urls are left out. Until you press the button, nothing of it is loaded or sent.
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
            Stop watching
          </button>
        )}
      </div>
      {isOn && <p className="note">Watching. Generate something, and look at the other window.</p>}
      {trouble && (
        <p className="note" role="alert">
          {trouble}
        </p>
      )}
    </form>
  );
}
