import type { FileKind } from 'generation-lifecycle/adapters';
import { type FormEvent, type KeyboardEvent, type MouseEvent, type ReactNode, type Ref, useId, useState } from 'react';
import { KindIcon } from '../kind-icon.js';

type PromptFormProps = {
  readonly kind: FileKind;
  readonly title: string;
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly examples: readonly { readonly word: string; readonly prompt: string }[];
  /** What else can be chosen. */
  readonly children: ReactNode;
  readonly onSubmit: (prompt: string) => void;
};

/** What to make, in words. It can be sent again at once: what is too much at a time waits its turn. */
export function PromptForm({ kind, title, ref, examples, children, onSubmit }: PromptFormProps) {
  const [prompt, setPrompt] = useState('');
  const id = useId();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(prompt.trim());
  };
  const submitOnEnter = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // In an input method, Enter takes the word it offers.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    // A key that is held down pays once.
    if (!event.repeat) event.currentTarget.form?.requestSubmit();
  };
  // The second click of a double click means nothing, and would be paid for.
  const refuseDouble = (event: MouseEvent) => {
    if (event.detail > 1) event.preventDefault();
  };

  return (
    <form className="card form" onSubmit={submit} aria-label={title} data-kind={kind}>
      <div className="form-title">
        <KindIcon kind={kind} />
        <h2>{title}</h2>
        <p id={`${id}-hint`} className="hint">
          <kbd>Enter</kbd> generates, <kbd>Shift + Enter</kbd> starts a new line.
        </p>
      </div>
      <div className="field form-prompt">
        <label htmlFor={id} className="visually-hidden">
          Prompt
        </label>
        <textarea
          id={id}
          ref={ref}
          rows={2}
          required
          maxLength={2000}
          placeholder="What should it show?"
          aria-describedby={`${id}-hint`}
          value={prompt}
          onChange={event => setPrompt(event.target.value)}
          onKeyDown={submitOnEnter}
        />
      </div>
      <fieldset className="chips">
        <legend className="visually-hidden">Examples</legend>
        {examples.map(example => (
          <button key={example.word} type="button" className="chip" onClick={() => setPrompt(example.prompt)}>
            {example.word}
          </button>
        ))}
      </fieldset>
      <div className="form-choices">{children}</div>
      <button type="submit" className="button primary" onClick={refuseDouble}>
        Generate
      </button>
    </form>
  );
}
