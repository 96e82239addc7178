import type { ImageInput } from 'generation-lifecycle/adapters';
import { type Ref, useState } from 'react';
import { imageCounts, imageExamples, imageShapes, square, toImageInput } from './image-input.js';
import { PromptForm } from './prompt-form.js';
import { Segments } from './segments.js';

type ImageFormProps = {
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly onSubmit: (input: ImageInput) => void;
};

export function ImageForm({ ref, onSubmit }: ImageFormProps) {
  const [shape, setShape] = useState(square);
  const [count, setCount] = useState<(typeof imageCounts)[number]>(1);
  return (
    <PromptForm
      kind="image"
      title="Image"
      ref={ref}
      examples={imageExamples}
      onSubmit={prompt => onSubmit(toImageInput(prompt, shape, count))}
    >
      <Segments legend="Shape" options={imageShapes} value={shape} nameOf={({ name }) => name} onChoose={setShape} />
      <Segments legend="How many" options={imageCounts} value={count} nameOf={String} onChoose={setCount} />
    </PromptForm>
  );
}
