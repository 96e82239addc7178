import { Choice } from './choice.js';
import type { Shape } from './image-input.js';
import { videoLengths, videoRates } from './video-input.js';

/** What is asked for besides the prompt. */
type VideoChoice = { readonly shape: Shape; readonly seconds: number; readonly framesPerSecond: number };

type VideoChoicesProps = {
  readonly shapes: readonly Shape[];
  readonly value: VideoChoice;
  readonly onChoose: (value: VideoChoice) => void;
};

export function VideoChoices({ shapes, value, onChoose }: VideoChoicesProps) {
  return (
    <>
      <Choice
        label="Shape"
        options={shapes}
        value={value.shape}
        nameOf={({ name }) => name}
        onChoose={shape => onChoose({ ...value, shape })}
      />
      <Choice
        label="Length"
        options={videoLengths}
        value={value.seconds}
        nameOf={seconds => `${seconds} s`}
        onChoose={seconds => onChoose({ ...value, seconds })}
      />
      <Choice
        label="Frames per second"
        options={videoRates}
        value={value.framesPerSecond}
        nameOf={rate => `${rate} fps`}
        onChoose={framesPerSecond => onChoose({ ...value, framesPerSecond })}
      />
    </>
  );
}
