import type { VideoInput } from 'generation-lifecycle/adapters';
import { type Ref, useState } from 'react';
import { filmExamples, filmLengths, filmRates, filmShapes, toFilmOrder } from './film-order.js';
import { square } from './picture-order.js';
import { PromptForm } from './prompt-form.js';
import { Segments } from './segments.js';

type FilmFormProps = {
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly onOrder: (order: VideoInput) => void;
};

/** Orders a film: what it shows, in which shape, how long, and how smooth. */
export function FilmForm({ ref, onOrder }: FilmFormProps) {
  const [shape, setShape] = useState(filmShapes[0] ?? square);
  const [seconds, setSeconds] = useState<(typeof filmLengths)[number]>(2);
  const [framesPerSecond, setRate] = useState<(typeof filmRates)[number]>(12);
  return (
    <PromptForm
      kind="video"
      title="Film"
      ref={ref}
      examples={filmExamples}
      onSubmit={prompt => onOrder(toFilmOrder(prompt, shape, { seconds, framesPerSecond }))}
    >
      <Segments legend="Shape" options={filmShapes} value={shape} nameOf={({ name }) => name} onChoose={setShape} />
      <Segments
        legend="Length"
        options={filmLengths}
        value={seconds}
        nameOf={each => `${each} s`}
        onChoose={setSeconds}
      />
      <Segments
        legend="Frames per second"
        options={filmRates}
        value={framesPerSecond}
        nameOf={String}
        onChoose={setRate}
      />
    </PromptForm>
  );
}
