// plain-painter.tsx
import { shallowEqual, useActorRef, useSelector } from '@xstate/react';
import { createGenerationMachine, viewGeneration } from 'generation-lifecycle';
import { browserEnvironment, fileBackend } from 'generation-lifecycle/adapters';
import { useEffect, useState } from 'react';

const machine = createGenerationMachine(fileBackend({ kind: 'image' }), { environment: browserEnvironment() });

export function PlainPainter({ onPicture }: { readonly onPicture: (url: string) => void }) {
  const [id, setId] = useState<string>();
  const renew = () => setId(crypto.randomUUID());
  // In an effect, because a render must not be random: a server would render another id than the browser.
  useEffect(renew, []);
  return id && <PlainGeneration key={id} id={id} onPicture={onPicture} onRenew={renew} />;
}

type Props = { readonly id: string; readonly onPicture: (url: string) => void; readonly onRenew: () => void };

function PlainGeneration({ id, onPicture, onRenew }: Props) {
  const actor = useActorRef(machine, { input: { id } });
  const { status, progress, failure, isRunning, canCancel } = useSelector(actor, viewGeneration, shallowEqual);

  useEffect(() => {
    const subscription = actor.on('completed', ({ output }) => output.files.forEach(({ url }) => void onPicture(url)));
    return () => subscription.unsubscribe();
  }, [actor, onPicture]);

  const generate = () => actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse at dusk' } });
  return (
    <>
      <button type="button" disabled={isRunning} onClick={status === 'idle' ? generate : onRenew}>
        {status === 'idle' || isRunning ? 'Generate' : 'Start over'}
      </button>
      <button type="button" disabled={!canCancel} onClick={() => actor.send({ type: 'CANCEL' })}>
        Cancel
      </button>
      <progress value={progress ?? 0} aria-label={status} />
      {failure && <p role="alert">{failure.message}</p>}
    </>
  );
}
