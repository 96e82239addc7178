import type { JsonValue } from 'generation-lifecycle';
import type { Faults } from '../../../server/faults.js';

/** The input for one value of a fault. */
export type FaultField =
  | { readonly kind: 'number'; readonly label: string; readonly max: number; readonly unit?: string | undefined }
  /** 0..1 */
  | { readonly kind: 'share'; readonly label: string }
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'choice'; readonly label: string; readonly options: readonly (string | number)[] };

/** The control of one fault of the backend. */
type FaultEntry<TFault> = {
  readonly title: string;
  /** One sentence. */
  readonly description: string;
  /** The value when it is switched on. */
  readonly initial: TFault;
  /** `field` for a single value, `fields` for the members of an object, neither for a boolean. */
  readonly field?: FaultField | undefined;
  readonly fields?: TFault extends object ? { readonly [member in keyof TFault]?: FaultField } : undefined;
};

/** The control of any fault. */
export type ShownFault = Omit<FaultEntry<JsonValue>, 'fields'> & {
  readonly fields?: Readonly<Record<string, FaultField>> | undefined;
};

/** The controls of some faults, by fault name. */
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

/** Leaves the member out, so that the backend uses its default. */
export const defaultOption = 'default';

export const statuses = [400, 401, 403, 404, 409, 429, 500, 502, 503, 524];
