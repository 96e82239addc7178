import type { ImageInput } from 'generation-lifecycle/adapters';
import { useRef, useState } from 'react';
import type { ComparedItem } from './comparison-side.js';
import type { RequestMeter } from './request-meter.js';

const attempts = 3;
const repeatAfterMs = 1_000;
const pollEveryMs = 2_000;

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/**
 * A client that repeats what fails, as many HTTP clients do by default or by one option. A submit whose answer was lost has arrived, so
 * its repetition is a second job, and is paid. It has this bug on purpose, and only the comparison uses it.
 */
export function useRepeatingGeneration({ fetch }: Pick<RequestMeter, 'fetch'>) {
  const [items, setItems] = useState<readonly ComparedItem[]>([]);
  const [state, setState] = useState('Ready');
  const isRunning = useRef(false);

  /** The JSON of an answer. */
  const repeated = async (url: string, init?: RequestInit) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await (await fetch(url, init)).json();
      } catch (error) {
        if (attempt === attempts) throw error;
        await pause(repeatAfterMs);
      }
    }
  };

  const generate = async (input: ImageInput) => {
    if (isRunning.current) return;
    isRunning.current = true;
    setState('Generating…');
    try {
      const { fileId } = await repeated('/api/generate/image', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      for (;;) {
        const { url, tasks } = await repeated(`/api/file/${fileId}`);
        if (url) {
          setItems([{ key: '1', url }]);
          return setState('Done');
        }
        if (tasks?.some(({ status }: { readonly status: string }) => status === 'error')) return setState('Failed');
        await pause(pollEveryMs);
      }
    } catch {
      setState('Failed');
    }
  };

  return { items, state, generate };
}
