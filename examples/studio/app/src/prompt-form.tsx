import type { ImageInput } from 'generation-lifecycle/adapters';
import { type FormEvent, type KeyboardEvent, type Ref, useState } from 'react';
import { FaultSelect } from './fault-select.js';
import { examplePrompts, pictureSizes, square, toOrder } from './picture-order.js';

type PromptFormProps = {
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly isBusy: boolean;
  readonly onSubmit: (order: ImageInput) => void;
};

/** What to paint, and in which shape. */
export function PromptForm({ ref, isBusy, onSubmit }: PromptFormProps) {
  const [prompt, setPrompt] = useState('');
  const [size, setSize] = useState(square);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(toOrder(prompt.trim(), size));
  };
  const submitOnEnter = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // In an input method, Enter takes the word it offers.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
  };

  return (
    <form className="card form" onSubmit={submit}>
      <div className="field">
        <label htmlFor="prompt">Prompt</label>
        <textarea
          id="prompt"
          ref={ref}
          rows={2}
          required
          maxLength={2000}
          placeholder="What should it show?"
          aria-describedby="prompt-hint"
          value={prompt}
          onChange={event => setPrompt(event.target.value)}
          onKeyDown={submitOnEnter}
        />
        <p id="prompt-hint" className="hint">
          <kbd>Enter</kbd> generates, <kbd>Shift + Enter</kbd> starts a new line.
        </p>
      </div>
      <fieldset className="chips">
        <legend className="visually-hidden">Examples</legend>
        {examplePrompts.map(example => (
          <button key={example.word} type="button" className="chip" onClick={() => setPrompt(example.prompt)}>
            {example.word}
          </button>
        ))}
      </fieldset>
      <fieldset className="field">
        <legend>Shape</legend>
        <div className="segments">
          {pictureSizes.map(each => (
            <label key={each.name}>
              <input type="radio" name="size" checked={each === size} onChange={() => setSize(each)} />
              <span>{each.name}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <FaultSelect />
      {/* Not `disabled`, which would take the keyboard's place in the page away. */}
      <button type="submit" className="button primary" aria-disabled={isBusy}>
        {isBusy ? 'Generating…' : 'Generate'}
      </button>
    </form>
  );
}
