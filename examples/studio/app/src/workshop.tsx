import { type ReactNode, type Ref, useRef } from 'react';
import type { StudioClient } from './clients/studio-client.js';
import { GenerationList } from './generations/generation-list.js';

type WorkshopProps<TInput> = {
  readonly client: StudioClient<TInput>;
  /** What it makes: `Pictures`. */
  readonly title: string;
  readonly form: (prompt: Ref<HTMLTextAreaElement>, onOrder: (order: TInput) => void) => ReactNode;
};

/** One client: its form, and what has become of what was asked for. */
export function Workshop<TInput>({ client: { kind, client }, title, form }: WorkshopProps<TInput>) {
  const prompt = useRef<HTMLTextAreaElement>(null);
  return (
    <section className="workshop" data-kind={kind} aria-label={title}>
      {form(prompt, input => client.send({ type: 'GENERATE', input }))}
      <GenerationList client={client} title={`${title} under way`} onDismissed={() => prompt.current?.focus()} />
    </section>
  );
}
