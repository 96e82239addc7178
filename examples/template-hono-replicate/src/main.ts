import { makePicture, makeRow } from './elements.js';
import { pictures } from './pictures.js';

const find = (selector: string) => document.querySelector(selector) as HTMLElement;

/** One element for each id: what is made once keeps its focus, and loads its picture once. */
function keep<TEntry extends { readonly id: string }, TElement>(make: (entry: TEntry) => TElement) {
  const made = new Map<string, TElement>();
  return (entry: TEntry): TElement => {
    const element = made.get(entry.id) ?? make(entry);
    made.set(entry.id, element);
    return element;
  };
}

const toRow = keep(makeRow);
const toPicture = keep(makePicture);

function show() {
  const { generations, items } = pictures.getSnapshot();
  const rows = generations
    .filter(({ status }) => status !== 'completed')
    .map(generation => {
      const { element, update } = toRow(generation);
      update(generation);
      return element;
    });
  replace('#generations', rows);
  replace('#pictures', items.map(toPicture));
}

/** Elements that are there already stay where they are. */
function replace(selector: string, elements: readonly Element[]) {
  const list = find(selector);
  const isSame = elements.length === list.children.length && elements.every((one, at) => one === list.children[at]);
  if (!isSame) list.replaceChildren(...elements);
}

pictures.subscribe(show);
show();

const form = find('form') as HTMLFormElement;
form.addEventListener('submit', event => {
  event.preventDefault();
  pictures.generate({ prompt: String(new FormData(form).get('prompt')) });
});

const { isDouble } = await (await fetch('/api/vendor')).json();
if (isDouble)
  find('#vendor').textContent =
    'There is no REPLICATE_API_TOKEN: a double of Replicate draws on this machine, and costs nothing.';
