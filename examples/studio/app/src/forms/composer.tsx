import type { FileKind } from 'generation-lifecycle/adapters';
import { type FormEvent, type KeyboardEvent, type MouseEvent, type Ref, useId, useState } from 'react';
import type { StudioBackend } from '../clients/studio-backend.js';
import type { StudioClients } from '../clients/studio-clients.js';
import { Icon } from '../icon.js';
import { ImageChoices } from './image-choices.js';
import { imageExamples, square, toImageInput } from './image-input.js';
import { Segments } from './segments.js';
import { VideoChoices } from './video-choices.js';
import { toVideoInput, videoExamples, videoShapesOf } from './video-input.js';

/** What the next generation shows. */
export type Draft = { readonly kind: FileKind; readonly prompt: string };

type ComposerProps = {
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly clients: StudioClients;
  readonly backend: StudioBackend;
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
};

const examples = { image: imageExamples, video: videoExamples } as const;

/** The prompt of a new generation. It can be submitted again at once: the client queues what exceeds its concurrency. */
export function Composer({ ref, clients: { image, video, prepare }, backend, draft, onDraft }: ComposerProps) {
  const { kind, prompt } = draft;
  const shapes = videoShapesOf(backend);
  const [imageChoice, chooseImage] = useState({ shape: square, count: 1 });
  const [videoChoice, chooseVideo] = useState({ shape: shapes[0] ?? square, seconds: 2, framesPerSecond: 12 });
  const id = useId();

  const edit = (next: Draft) => {
    prepare();
    onDraft(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = prompt.trim();
    if (kind === 'image') {
      image.client.send({ type: 'GENERATE', input: toImageInput(text, imageChoice.shape, imageChoice.count) });
    } else {
      video.client.send({ type: 'GENERATE', input: toVideoInput(text, videoChoice.shape, videoChoice) });
    }
  };

  return (
    <form className="composer" onSubmit={submit} aria-label="New generation">
      <label htmlFor={id} className="visually-hidden">
        Prompt
      </label>
      <textarea
        id={id}
        ref={ref}
        rows={2}
        required
        maxLength={2000}
        placeholder={kind === 'image' ? 'Describe an image' : 'Describe a video'}
        aria-describedby={`${id}-hint`}
        value={prompt}
        onChange={event => edit({ kind, prompt: event.target.value })}
        onKeyDown={submitOnEnter}
      />
      <p id={`${id}-hint`} className="visually-hidden">
        Enter generates, Shift + Enter starts a new line.
      </p>
      <div className="composer-bar">
        {backend.kinds.length > 1 && (
          <Segments
            legend="What to make"
            options={backend.kinds}
            value={kind}
            nameOf={each => (each === 'image' ? 'Image' : 'Video')}
            onChoose={each => edit({ kind: each, prompt })}
          />
        )}
        {kind === 'image' ? (
          <ImageChoices most={backend.mostImages} value={imageChoice} onChoose={chooseImage} />
        ) : (
          <VideoChoices shapes={shapes} value={videoChoice} onChoose={chooseVideo} />
        )}
        <button type="submit" className="button primary" onClick={ignoreDoubleClick}>
          Generate
          <Icon name="enter" />
        </button>
      </div>
      <fieldset className="chips">
        <legend className="visually-hidden">Examples</legend>
        {examples[kind].map(example => (
          <button
            key={example.word}
            type="button"
            className="chip"
            onClick={() => edit({ kind, prompt: example.prompt })}
          >
            {example.word}
          </button>
        ))}
      </fieldset>
    </form>
  );
}

function submitOnEnter(event: KeyboardEvent<HTMLTextAreaElement>) {
  // While an input method composes, Enter accepts its suggestion.
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  // Holding the key down must not submit again: each submit is charged.
  if (!event.repeat) event.currentTarget.form?.requestSubmit();
}

/** The second click of a double click would be charged. */
function ignoreDoubleClick(event: MouseEvent) {
  if (event.detail > 1) event.preventDefault();
}
