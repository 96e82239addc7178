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

/** One prompt through both, at the same moment and under the same fault. Another run is another component. */
export function ComparisonRun({ faults, onStartOver }: ComparisonRunProps) {
  const [handMeter] = useState(createRequestMeter);
  const [hasBegun, setBegun] = useState(false);
  const handCounts = useSyncExternalStore(handMeter.subscribe, handMeter.getSnapshot);
  const libraryCounts = useSyncExternalStore(libraryMeter.subscribe, libraryMeter.getSnapshot);
  const hand = useHandWrittenGeneration(handMeter);
  const { status, output, failure, generate } = useGeneration(machine);

  // The hand-written hook stops nothing by itself, and a browser has only six connections for all of the page.
  useEffect(() => () => handMeter.end(), [handMeter]);

  const begin = () => {
    const order = newOrder();
    setBegun(true);
    handMeter.begin(faults);
    libraryMeter.begin(faults);
    void hand.generate(order);
    generate(order);
  };
  const items = output?.files.map(({ url }, index) => ({ key: String(index + 1), url })) ?? [];
  const isOver = output !== undefined || failure !== undefined;

  return (
    <>
      <div className="buttons">
        {hasBegun ? (
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
          state={!hasBegun ? 'Ready' : hand.isGenerating ? 'Generating…' : hand.items.length > 0 ? 'Done' : 'Ready'}
          items={hand.items}
          counts={handCounts}
          isWrong={hand.items.length > 1 || (isOver && hand.isGenerating)}
        />
        <ComparisonSide
          title="This library"
          subtitle="useGeneration"
          state={statusWords[status]}
          items={items}
          counts={hasBegun ? libraryCounts : noCounts}
          isWrong={false}
        />
      </div>
    </>
  );
}

const noCounts = { requests: 0, openStreams: 0 };

const newOrder = (): ImageInput => ({
  prompt: 'A lighthouse in evening fog',
  resolution: { width: 384, height: 256 },
  chatId: 'comparison',
  seed: Math.floor(Math.random() * 2 ** 32),
});
