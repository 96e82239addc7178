import { Choice } from './choice.js';
import { imageCounts, imageShapes, type Shape } from './image-input.js';

/** What is asked for besides the prompt. */
type ImageChoice = { readonly shape: Shape; readonly count: number };

type ImageChoicesProps = {
  /** How many images can be asked for at once. */
  readonly most: number;
  readonly value: ImageChoice;
  readonly onChoose: (value: ImageChoice) => void;
};

export function ImageChoices({ most, value, onChoose }: ImageChoicesProps) {
  return (
    <>
      <Choice
        label="Shape"
        options={imageShapes}
        value={value.shape}
        nameOf={({ name }) => name}
        onChoose={shape => onChoose({ ...value, shape })}
      />
      {most > 1 && (
        <Choice
          label="How many"
          options={imageCounts.filter(count => count <= most)}
          value={value.count}
          nameOf={count => (count === 1 ? '1 image' : `${count} images`)}
          onChoose={count => onChoose({ ...value, count })}
        />
      )}
    </>
  );
}
