import { type ReactNode, type Ref, useRef } from 'react';
import type { StudioClient } from './clients/studio-client.js';
import { GenerationList } from './generations/generation-list.js';

type ClientSectionProps<TInput> = {
  readonly client: StudioClient<TInput>;
  readonly title: string;
  readonly form: (prompt: Ref<HTMLTextAreaElement>, onSubmit: (input: TInput) => void) => ReactNode;
};

/** The form and the generations of one client. */
export function ClientSection<TInput>({ client: { kind, client }, title, form }: ClientSectionProps<TInput>) {
  const prompt = useRef<HTMLTextAreaElement>(null);
  return (
    <section className="client-section" data-kind={kind} aria-label={title}>
      {form(prompt, input => client.send({ type: 'GENERATE', input }))}
      <GenerationList client={client} title={`${title} in progress`} onDismissed={() => prompt.current?.focus()} />
    </section>
  );
}
