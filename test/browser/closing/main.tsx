import { createGenerationMachine, type GenerationAdapter, type JobUpdate } from 'generation-lifecycle';
import { browserEnvironment, readEventStream } from 'generation-lifecycle/adapters';
import { useGeneration } from 'generation-lifecycle/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const pending: JobUpdate<string> = { kind: 'pending' };

/** A backend that can cancel. Its jobs never end by themselves. */
const adapter: GenerationAdapter<string, string> = {
  async submit() {
    const { id } = await (await fetch('/jobs', { method: 'POST' })).json();
    return { job: { id } };
  },
  async read({ id }, { signal }) {
    await fetch(`/jobs/${id}`, { signal });
    return pending;
  },
  async *events(job, call) {
    for await (const _ of readEventStream(`/jobs/${job.id}/events`, { job, ...call })) yield pending;
  },
  async cancel({ id }) {
    await fetch(`/jobs/${id}`, { method: 'DELETE', keepalive: true });
  },
};
const machine = createGenerationMachine(adapter, { environment: browserEnvironment() });

function Preview() {
  const { status, generate, cancel } = useGeneration(machine);
  useEffect(() => cancel, [cancel]);
  return (
    <p>
      <button type="button" onClick={() => generate('a preview')}>
        Preview
      </button>
      <output>{status}</output>
    </p>
  );
}

function Page() {
  const [isShown, setShown] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setShown(false)}>
        Unmount
      </button>
      {isShown && <Preview />}
    </>
  );
}

const container = document.getElementById('root');
if (!container) throw new Error('The page has no root.');
createRoot(container).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
