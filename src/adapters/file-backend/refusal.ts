import type { GenerationError } from '../../machines/generation/generation.errors.js';
import { type Errand, redact, toHttpError } from '../http/failure.js';
import { toMembers, toText } from './metadata.js';

/** The error for a backend that says no, in any of its forms, JSON or not. */
export function toRefusal(json: unknown, response: Response, errand: Errand): GenerationError {
  const body = toMembers(json);
  const words = [
    toText(body.get('error')) ?? toText(body.get('message')),
    toText(body.get('details')),
    toFaults(body.get('detail')),
  ];
  const requiredCredits = body.get('requiredCredits');
  const unpaid = typeof requiredCredits === 'number' ? { requiredCredits } : undefined;
  const unknown = body.get('needsReconnection') === true ? { needsReconnection: true } : undefined;
  // A 200 that says no has no status to go by.
  const code = unpaid ? 'payment-required' : unknown ? 'unauthorized' : 'job-failed';
  // Words about credentials may quote them.
  const isAboutCredentials = [401, 403].includes(response.status);
  return toHttpError(errand, response, {
    code: response.ok ? code : undefined,
    said: isAboutCredentials ? '' : toPlainWords(redact(words.filter(Boolean).join(': '), errand)),
    details: unpaid ?? unknown,
  });
}

/** `detail` is a text, or the list of a 422: where it is, and what is wrong there. */
function toFaults(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return toText(detail);
  const faults = detail.map(toMembers);
  return faults.map(fault => `${[fault.get('loc')].flat().join('.')} ${toText(fault.get('msg'))}`).join(', ');
}

/** A backend's own words in short, and without what may be secret: the query of a url, and an echoed credential. */
function toPlainWords(text: string): string {
  return text
    .replace(/(:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/g, '$1')
    .replace(/(bearer|basic) \S+/gi, '$1 …')
    .slice(0, 300)
    .replace(/\.$/, '');
}
