import type { GenerationMachine } from 'generation-lifecycle';
import type { FileOutput, ImageInput } from 'generation-lifecycle/adapters';
import { useGeneration } from 'generation-lifecycle/react';
import { createChartFeed } from 'generation-lifecycle/testing';
import { useRef, useState } from 'react';
import { LiveChart } from './chart/live-chart.js';
import { Comparison } from './comparison/comparison.js';
import { Disclosure } from './disclosure.js';
import { FaultPanel } from './fault-panel/fault-panel.js';
import { Gallery } from './gallery.js';
import { type GalleryItem, toGalleryItems } from './gallery-item.js';
import { GenerationCard } from './generation-card.js';
import { reseeded } from './picture-order.js';
import { PromptForm } from './prompt-form.js';

type StudioProps = { readonly machine: GenerationMachine<ImageInput, FileOutput> };

/** The whole page: a prompt, the generation under way, and what has come of the ones before. */
export function Studio({ machine }: StudioProps) {
  const [items, setItems] = useState<readonly GalleryItem[]>([]);
  const [order, setOrder] = useState<ImageInput>();
  const [feed] = useState(() => createChartFeed());
  const prompt = useRef<HTMLTextAreaElement>(null);
  const generation = useGeneration(machine, {
    inspect: feed.inspect,
    onCompleted: ({ job, output }) => setItems(before => [...toGalleryItems(job, output), ...before]),
  });
  const { isRunning, progress, start, cancel } = generation;

  const submit = (next: ImageInput) => {
    if (isRunning) return;
    setOrder(next);
    start(next);
  };
  // The buttons of a card that has ended are gone: the keyboard goes on where the next prompt is written.
  const goBack = (act: () => void) => () => {
    act();
    prompt.current?.focus();
  };

  return (
    <div className="page">
      <header className="masthead">
        <img src="./icon.svg" alt="" width="40" height="40" />
        <div>
          <h1>Studio</h1>
          <p>Describe a picture. It is painted elsewhere and arrives here once.</p>
        </div>
      </header>
      <div className="columns">
        <div className="controls">
          <PromptForm ref={prompt} isBusy={isRunning} onSubmit={submit} />
          <GenerationCard
            generation={generation}
            onCancel={goBack(cancel)}
            onDismiss={goBack(generation.reset)}
            onRepeat={order && (() => submit(reseeded(order)))}
          />
        </div>
        <main className="results">
          <Disclosure title="See the chart" hint="Where the generation is, which way it came, and what it waits for">
            <LiveChart machine={machine} feed={feed} />
          </Disclosure>
          <Disclosure title="Compare" hint="The hook that many have written by hand, and this library">
            <Comparison />
          </Disclosure>
          <Disclosure title="All faults" hint="What the backend can be asked to do wrong">
            <FaultPanel />
          </Disclosure>
          <Gallery items={items} coming={isRunning ? { order, progress } : undefined} />
        </main>
      </div>
    </div>
  );
}
