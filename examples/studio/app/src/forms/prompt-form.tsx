import type { FileKind } from 'generation-lifecycle/adapters';
import { type FormEvent, type KeyboardEvent, type MouseEvent, type ReactNode, type Ref, useId, useState } from 'react';
import { KindIcon } from '../kind-icon.js';

type PromptFormProps = {
  readonly kind: FileKind;
  readonly title: string;
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly examples: readonly { readonly word: string; readonly prompt: string }[];
  /** The other inputs. */
  readonly children: ReactNode;
  readonly onSubmit: (prompt: string) => void;
};

/** The prompt of a new generation. It can be submitted again at once: the client queues what exceeds its concurrency. */
export function PromptForm({ kind, title, ref, examples, children, onSubmit }: PromptFormProps) {
  const [prompt, setPrompt] = useState('');
  const id = useId();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(prompt.trim());
  };
  const submitOnEnter = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, Enter accepts its suggestion.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    // Holding the key down must not submit again: each submit is charged.
    if (!event.repeat) event.currentTarget.form?.requestSubmit();
  };
  // The second click of a double click would be charged.
  const ignoreDoubleClick = (event: MouseEvent) => {
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
      <button type="submit" className="button primary" onClick={ignoreDoubleClick}>
        Generate
      </button>
    </form>
  );
}
