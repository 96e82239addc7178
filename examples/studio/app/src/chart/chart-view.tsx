import { useGenerations } from 'generation-lifecycle/react';
import { useId, useState, useSyncExternalStore } from 'react';
import { toDescription } from '../forms/description.js';
import { titleOf } from '../generations/generation-words.js';
import type { ToolProps } from '../tools/tools.js';
import { chartSource } from './chart-source.js';
import { LiveChart } from './live-chart.js';
import { useServerStep } from './use-server-step.js';
import './chart.css';

const newest = 'newest';

/** The live chart of the newest generation, of a selected one, or of a client. */
export function ChartView({ clients: { image, video }, backend }: ToolProps) {
  const subjects = useSyncExternalStore(chartSource.subscribe, chartSource.getSubjects);
  const images = useGenerations(image.client, view => view.generations);
  const videos = useGenerations(video.client, view => view.generations);
  const [chosen, choose] = useState(newest);
  const id = useId();

  const generations = [...images, ...videos].sort((one, other) => other.startedAt - one.startedAt);
  const offered = generations.flatMap(generation => {
    const subject = subjects.findLast(each => each.generationId === generation.id);
    const name = `${titleOf(generation)}: ${toDescription(generation.description).prompt}`;
    return subject ? [{ subject, name }] : [];
  });
  const clientSubjects = subjects.filter(({ machine }) => machine.id === 'client');
  const subject = subjects.find(({ sessionId }) => sessionId === chosen);
  const followed = subject ? subject.generationId : generations[0]?.id;
  // A relay inside the page makes no steps of its own.
  const hasSteps = backend.name !== 'in-house' && !backend.isInPage;
  const isRunning = generations.some(generation => generation.id === followed && generation.isRunning);
  const server = useServerStep(hasSteps ? followed : undefined, isRunning);

  return (
    <>
      <div className="field beside chart-choice">
        <label htmlFor={id}>Chart of</label>
        <select id={id} value={subject ? chosen : newest} onChange={event => choose(event.target.value)}>
          <option value={newest}>Newest generation</option>
          {offered.map(({ subject: { sessionId }, name }) => (
            <option key={sessionId} value={sessionId}>
              {name}
            </option>
          ))}
          {clientSubjects.map(({ sessionId, kind }) => (
            <option key={sessionId} value={sessionId}>
              {kind === 'image' ? 'Image client' : 'Video client'}
            </option>
          ))}
        </select>
      </div>
      <LiveChart
        key={chosen}
        machine={subject?.machine ?? image.machine}
        feed={chartSource.feed}
        sessionId={subject?.sessionId}
        server={server}
      />
    </>
  );
}
