import { useSyncExternalStore } from 'react';
import { percentOf } from '../generations/generation-words.js';
import { failureWords } from '../status-words.js';
import type { ToolProps } from '../tools/tools.js';
import type { LogLine } from './log-source.js';

/** What the clients have told, newest first. */
export function LogView({ clients: { log } }: ToolProps) {
  const lines = useSyncExternalStore(log.subscribe, log.getLines);
  if (lines.length === 0) return <p className="hint">Nothing has happened yet. Generate something.</p>;
  return (
    <div className="tool-stack">
      <div className="buttons">
        <button type="button" className="button small" onClick={log.clear}>
          Clear the log
        </button>
      </div>
      <ul className="log" aria-label="Log">
        {lines.map(line => (
          <li key={line.nth}>
            <time dateTime={new Date(line.at).toISOString()}>{new Date(line.at).toLocaleTimeString()}</time>
            <b>{line.emitted.type}</b>
            <span>
              {line.kind} {shortId(line)}
            </span>
            <span className="log-words">{wordsOf(line)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Enough to tell one from another. */
const shortId = ({ emitted }: LogLine) => emitted.id.slice(0, 4);

function wordsOf({ emitted }: LogLine): string {
  switch (emitted.type) {
    case 'generation.progressed':
      return [percentOf(emitted.progress), emitted.message].filter(Boolean).join(' · ');
    case 'generation.failed':
    case 'item.renewFailed':
      return failureWords[emitted.failure.code];
    case 'generation.cancelled':
      return emitted.stopped ? 'The backend stopped it' : 'It may still be running';
    case 'generation.completed':
      return emitted.items.length === 1 ? '1 item' : `${emitted.items.length} items`;
    default:
      return '';
  }
}
