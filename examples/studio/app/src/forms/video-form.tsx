import type { VideoInput } from 'generation-lifecycle/adapters';
import { type Ref, useState } from 'react';
import { square } from './image-input.js';
import { PromptForm } from './prompt-form.js';
import { Segments } from './segments.js';
import { toVideoInput, videoExamples, videoLengths, videoRates, videoShapes } from './video-input.js';

type VideoFormProps = {
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly onSubmit: (input: VideoInput) => void;
};

export function VideoForm({ ref, onSubmit }: VideoFormProps) {
  const [shape, setShape] = useState(videoShapes[0] ?? square);
  const [seconds, setSeconds] = useState<(typeof videoLengths)[number]>(2);
  const [framesPerSecond, setRate] = useState<(typeof videoRates)[number]>(12);
  return (
    <PromptForm
      kind="video"
      title="Video"
      ref={ref}
      examples={videoExamples}
      onSubmit={prompt => onSubmit(toVideoInput(prompt, shape, { seconds, framesPerSecond }))}
    >
      <Segments legend="Shape" options={videoShapes} value={shape} nameOf={({ name }) => name} onChoose={setShape} />
      <Segments
        legend="Length"
        options={videoLengths}
        value={seconds}
        nameOf={each => `${each} s`}
        onChoose={setSeconds}
      />
      <Segments
        legend="Frames per second"
        options={videoRates}
        value={framesPerSecond}
        nameOf={String}
        onChoose={setRate}
      />
    </PromptForm>
  );
}
