import type { JsonValue } from 'generation-lifecycle';
import type { Faults } from '../../../server/faults.js';

/** How one value of a fault is chosen. */
export type FaultField =
  | { readonly kind: 'number'; readonly label: string; readonly max: number; readonly unit?: string | undefined }
  /** 0..1 */
  | { readonly kind: 'share'; readonly label: string }
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'choice'; readonly label: string; readonly options: readonly (string | number)[] };

/** One fault of the backend, for a person. */
export type FaultEntry<TFault> = {
  readonly title: string;
  /** What happens, in a sentence. */
  readonly sentence: string;
  /** What it begins with when it is switched on. */
  readonly initial: TFault;
  /** For its one value, or for each member. None for a fault that is only there or not. */
  readonly field?: FaultField | undefined;
  readonly fields?: TFault extends object ? { readonly [member in keyof TFault]?: FaultField } : undefined;
};

/** The same without its name: what a control of any fault is made of. */
export type ShownFault = Omit<FaultEntry<JsonValue>, 'fields'> & {
  readonly fields?: Readonly<Record<string, FaultField>> | undefined;
};

/** Some of the faults, by their names at the backend. */
export type FaultEntries<TName extends keyof Faults> = {
  readonly [name in TName]: FaultEntry<NonNullable<Faults[name]>>;
};

export const ms = (label: string, max = 120_000): FaultField => ({ kind: 'number', label, max, unit: 'ms' });
export const count = (label: string, max = 100): FaultField => ({ kind: 'number', label, max });
export const choice = (label: string, options: readonly (string | number)[]): FaultField => ({
  kind: 'choice',
  label,
  options,
});

/** Leaves the member out, so that the backend does what it usually does. */
export const usual = 'usual';

export const statuses = [400, 401, 403, 404, 409, 429, 500, 502, 503, 524];
