// plain-painter.tsx
import { useActorRef, useSelector } from '@xstate/react';
import { createGenerationMachine, viewGeneration } from 'generation-lifecycle';
import { browserEnvironment, fileBackend } from 'generation-lifecycle/adapters';
import { useEffect, useState } from 'react';

const machine = createGenerationMachine(fileBackend({ kind: 'image' }), { environment: browserEnvironment() });

export function PlainPainter({ onPicture }: { readonly onPicture: (url: string) => void }) {
  const [id] = useState(() => crypto.randomUUID());
  const actor = useActorRef(machine, { input: { id } });
  const { status, progress, failure, canCancel } = useSelector(actor, viewGeneration);

  useEffect(() => {
    const subscription = actor.on('completed', ({ output }) => output.files.forEach(({ url }) => void onPicture(url)));
    return () => subscription.unsubscribe();
  }, [actor, onPicture]);

  return (
    <>
      <button
        type="button"
        disabled={status !== 'idle'}
        onClick={() => actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse at dusk' } })}
      >
        Generate
      </button>
      <button type="button" disabled={!canCancel} onClick={() => actor.send({ type: 'CANCEL' })}>
        Cancel
      </button>
      <progress value={progress ?? 0} aria-label={status} />
      {failure && <p role="alert">{failure.message}</p>}
    </>
  );
}
