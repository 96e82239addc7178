import type { ImageInput } from 'generation-lifecycle/adapters';
import { useGeneration } from 'generation-lifecycle/react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { chargeWords, failureWords, statusWords } from '../status-words.js';
import { libraryMeter, machine } from './comparison-machine.js';
import { ComparisonSide } from './comparison-side.js';
import { Countdown } from './countdown.js';
import { createRequestMeter, nothing } from './request-meter.js';
import { fallbackAfterMs, useHandWrittenGeneration } from './use-hand-written-generation.js';
import { useRepeatingGeneration } from './use-repeating-generation.js';

type ComparisonRunProps = {
  /** For the backend, as JSON text. */
  readonly faults: string;
  readonly onStartOver: () => void;
};

/** Submits one prompt with each of them, at the same moment and with the same fault. Each run mounts a new component. */
export function ComparisonRun({ faults, onStartOver }: ComparisonRunProps) {
  const [handMeter] = useState(createRequestMeter);
  const [repeatMeter] = useState(createRequestMeter);
  const [isStarted, setStarted] = useState(false);
  const handCounts = useSyncExternalStore(handMeter.subscribe, handMeter.getSnapshot);
  const repeatCounts = useSyncExternalStore(repeatMeter.subscribe, repeatMeter.getSnapshot);
  const libraryCounts = useSyncExternalStore(libraryMeter.subscribe, libraryMeter.getSnapshot);
  const hand = useHandWrittenGeneration(handMeter);
  const repeating = useRepeatingGeneration(repeatMeter);
  const { status, output, failure, generate } = useGeneration(machine);

  // Neither of them cleans up, and a browser allows only six connections per origin.
  useEffect(
    () => () => {
      handMeter.end();
      repeatMeter.end();
    },
    [handMeter, repeatMeter],
  );

  const begin = () => {
    const input = newInput();
    setStarted(true);
    handMeter.begin(faults);
    repeatMeter.begin(faults);
    libraryMeter.begin(faults);
    // Without an answer it never ends.
    hand.generate(input).catch(() => undefined);
    void repeating.generate(input);
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
            Run all three
          </button>
        )}
      </div>
      <Countdown endsAt={hand.timerEndsAt} lengthMs={fallbackAfterMs} />
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
          title="A client that repeats"
          subtitle="fetch, repeated on an error, and polling"
          state={repeating.state}
          items={repeating.items}
          counts={repeatCounts}
          isWrong={repeatCounts.paidPosts > 1}
        />
        <ComparisonSide
          title="This library"
          subtitle="useGeneration"
          state={failure ? `${failureWords[failure.code]}. ${chargeWords[failure.charged]}` : statusWords[status]}
          items={items}
          counts={isStarted ? libraryCounts : nothing}
          isWrong={false}
        />
      </div>
    </>
  );
}

const newInput = (): ImageInput => ({
  prompt: 'A lighthouse in evening fog',
  resolution: { width: 384, height: 256 },
  chatId: 'comparison',
  seed: Math.floor(Math.random() * 2 ** 32),
});
