import type { ImageInput } from 'generation-lifecycle/adapters';
import { type Ref, useState } from 'react';
import { pictureCounts, pictureExamples, pictureShapes, square, toPictureOrder } from './picture-order.js';
import { PromptForm } from './prompt-form.js';
import { Segments } from './segments.js';

type PictureFormProps = {
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly onOrder: (order: ImageInput) => void;
};

/** Orders pictures: what they show, in which shape, and how many. */
export function PictureForm({ ref, onOrder }: PictureFormProps) {
  const [shape, setShape] = useState(square);
  const [count, setCount] = useState<(typeof pictureCounts)[number]>(1);
  return (
    <PromptForm
      kind="image"
      title="Picture"
      ref={ref}
      examples={pictureExamples}
      onSubmit={prompt => onOrder(toPictureOrder(prompt, shape, count))}
    >
      <Segments legend="Shape" options={pictureShapes} value={shape} nameOf={({ name }) => name} onChoose={setShape} />
      <Segments legend="How many" options={pictureCounts} value={count} nameOf={String} onChoose={setCount} />
    </PromptForm>
  );
}
