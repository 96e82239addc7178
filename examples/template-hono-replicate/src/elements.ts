import { type Generation, type Item, pictures } from './pictures.js';

function makeButton(text: string, label: string, onclick: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', textContent: text, onclick });
  button.setAttribute('aria-label', `${text} ${label}`);
  return button;
}

/** A generation that is not completed. */
export function makeRow({ id, description }: Generation) {
  const prompt = String(description?.prompt);
  const element = document.createElement('li');
  const text = document.createElement('span');
  const bar = document.createElement('progress');
  bar.setAttribute('aria-label', `Progress of ${prompt}`);
  const cancel = makeButton('Cancel', prompt, () => pictures.send({ type: 'CANCEL', id }));
  const dismiss = makeButton('Dismiss', prompt, () => pictures.send({ type: 'DISMISS', id }));
  element.append(text, ' ', bar, ' ', cancel, dismiss);

  function update({ status, progress, failure, isRunning, canCancel }: Generation) {
    text.textContent = `${prompt}: ${status} ${failure?.message ?? ''}`;
    bar.hidden = !isRunning;
    if (progress !== undefined) bar.value = progress;
    cancel.hidden = !canCancel;
    dismiss.hidden = !failure && status !== 'cancelled';
  }
  return { element, update };
}

/** An item of the gallery. */
export function makePicture({ id, url, prompt }: Item): HTMLElement {
  const element = document.createElement('li');
  const image = Object.assign(new Image(), { src: url, alt: prompt });
  element.append(
    image,
    makeButton('Delete', prompt, () => pictures.send({ type: 'REMOVE', id })),
  );
  return element;
}
