import { GenerationError } from 'generation-lifecycle';
import type { FileKind } from 'generation-lifecycle/adapters';
import { type GenerationRequest, readForm } from '../submit.form.js';

/** The form of the page, whichever vendor renders. @throws GenerationError whose message the page may show */
export function readWish(kind: FileKind, wish: unknown): GenerationRequest {
  const form = readForm(kind, wish);
  if ('request' in form) return form.request;
  const [first] = form.detail;
  const what = first ? `${first.loc.slice(1).join('.') || 'the body'}: ${first.msg}` : 'the body is not right';
  throw new GenerationError({ code: 'bad-input', message: `Nothing was submitted. Change the wish: ${what}` });
}
