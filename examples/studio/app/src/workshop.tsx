import { type ReactNode, type Ref, useRef } from 'react';
import type { StudioTool } from './clients/studio-client.js';
import { GenerationList } from './generations/generation-list.js';

type WorkshopProps<TInput> = {
  readonly tool: StudioTool<TInput>;
  /** What it makes: `Pictures`. */
  readonly title: string;
  readonly form: (prompt: Ref<HTMLTextAreaElement>, onOrder: (order: TInput) => void) => ReactNode;
};

/** One tool: its form, and what has become of what was asked for. */
export function Workshop<TInput>({ tool: { kind, tool }, title, form }: WorkshopProps<TInput>) {
  const prompt = useRef<HTMLTextAreaElement>(null);
  return (
    <section className="workshop" data-kind={kind} aria-label={title}>
      {form(prompt, input => tool.send({ type: 'GENERATE', input }))}
      <GenerationList tool={tool} title={`${title} under way`} onDismissed={() => prompt.current?.focus()} />
    </section>
  );
}
