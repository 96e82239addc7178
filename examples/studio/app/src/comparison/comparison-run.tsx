import type { ImageInput } from 'generation-lifecycle/adapters';
import { useGeneration } from 'generation-lifecycle/react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { statusWords } from '../status-words.js';
import { libraryMeter, machine } from './comparison-machine.js';
import { ComparisonSide } from './comparison-side.js';
import { createRequestMeter } from './request-meter.js';
import { useHandWrittenGeneration } from './use-hand-written-generation.js';

type ComparisonRunProps = {
  /** For the backend, as JSON text. */
  readonly faults: string;
  readonly onStartOver: () => void;
};

/** Submits one prompt with both, at the same moment and with the same fault. Each run mounts a new component. */
export function ComparisonRun({ faults, onStartOver }: ComparisonRunProps) {
  const [handMeter] = useState(createRequestMeter);
  const [isStarted, setStarted] = useState(false);
  const handCounts = useSyncExternalStore(handMeter.subscribe, handMeter.getSnapshot);
  const libraryCounts = useSyncExternalStore(libraryMeter.subscribe, libraryMeter.getSnapshot);
  const hand = useHandWrittenGeneration(handMeter);
  const { status, output, failure, generate } = useGeneration(machine);

  // The hand-written hook does not clean up, and a browser allows only six connections per origin.
  useEffect(() => () => handMeter.end(), [handMeter]);

  const begin = () => {
    const input = newInput();
    setStarted(true);
    handMeter.begin(faults);
    libraryMeter.begin(faults);
    void hand.generate(input);
    generate(input);
  };
  const items = output?.files.map(({ url }, index) => ({ key: String(index + 1), url })) ?? [];
  const isOver = output !== undefined || failure !== undefined;

  return (
    <>
      <div className="buttons">
        {isStarted ? (
          <button type="button" className="button" onClick={onStartOver}>
            Start over
          </button>
        ) : (
          <button type="button" className="button" onClick={begin}>
            Run both
          </button>
        )}
      </div>
      <div className="sides">
        <ComparisonSide
          title="Written by hand"
          subtitle="EventSource, a 10 s timer, polling"
          state={!isStarted ? 'Ready' : hand.isGenerating ? 'Generating…' : hand.items.length > 0 ? 'Done' : 'Ready'}
          items={hand.items}
          counts={handCounts}
          isWrong={hand.items.length > 1 || (isOver && hand.isGenerating)}
        />
        <ComparisonSide
          title="This library"
          subtitle="useGeneration"
          state={statusWords[status]}
          items={items}
          counts={isStarted ? libraryCounts : noCounts}
          isWrong={false}
        />
      </div>
    </>
  );
}

const noCounts = { requests: 0, openStreams: 0 };

const newInput = (): ImageInput => ({
  prompt: 'A lighthouse in evening fog',
  resolution: { width: 384, height: 256 },
  chatId: 'comparison',
  seed: Math.floor(Math.random() * 2 ** 32),
});
