import { Choice } from './choice.js';
import { imageCounts, imageShapes, type Shape } from './image-input.js';

/** What is asked for besides the prompt. */
type ImageChoice = { readonly shape: Shape; readonly count: number };

type ImageChoicesProps = { readonly value: ImageChoice; readonly onChoose: (value: ImageChoice) => void };

export function ImageChoices({ value, onChoose }: ImageChoicesProps) {
  return (
    <>
      <Choice
        label="Shape"
        options={imageShapes}
        value={value.shape}
        nameOf={({ name }) => name}
        onChoose={shape => onChoose({ ...value, shape })}
      />
      <Choice
        label="How many"
        options={imageCounts}
        value={value.count}
        nameOf={count => (count === 1 ? '1 image' : `${count} images`)}
        onChoose={count => onChoose({ ...value, count })}
      />
    </>
  );
}
