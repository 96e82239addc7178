import { isObject } from '../../machines/json.js';
import type { Abstraction } from './explore.types.js';

type Members = { readonly [name: string]: unknown };

type Rule = Abstraction[string];
/** The rules as a tree, so that each holder is copied once. */
type Rules = Map<string, Rule | Rules>;

const compiled = new WeakMap<Abstraction, Rules>();

function rulesOf(abstraction: Abstraction): Rules {
  const known = compiled.get(abstraction);
  if (known) return known;
  const rules: Rules = new Map();
  for (const [path, rule] of Object.entries(abstraction)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let holder = rules;
    for (const name of names) {
      const held = holder.get(name);
      const next: Rules = held instanceof Map ? held : new Map();
      holder.set(name, next);
      holder = next;
    }
    holder.set(last, rule);
  }
  compiled.set(abstraction, rules);
  return rules;
}

/** A list that does not name `undefined` keeps whether there is a value at all. */
export const forgets = (kinds: readonly unknown[], value: unknown): boolean =>
  value !== undefined || kinds.includes(undefined);

/** How many contexts stand for one that is abstracted: as many as the longest list has kinds. */
export const variantCount = (abstraction: Abstraction): number =>
  Math.max(1, ...Object.values(abstraction).map(rule => (typeof rule === 'function' ? 1 : rule.length)));

const valueAt = (context: unknown, path: string): unknown =>
  path.split('.').reduce((holder, name) => (isObject(holder) ? holder[name] : undefined), context);

/** Whether a step has changed something of which there are more than two kinds. */
export const changesOfMany = (before: Members, after: Members, abstraction: Abstraction): boolean =>
  Object.entries(abstraction).some(
    ([path, rule]) =>
      typeof rule !== 'function' && rule.length > 2 && !Object.is(valueAt(before, path), valueAt(after, path)),
  );

/**
 * Replaces what is forgotten by the nth value that its list names, or by its last; what is kept in part, by the
 * part. With the first ones, all contexts that the abstraction takes for one become one: the state is the context.
 */
export const abstracted = (context: Members, abstraction: Abstraction, variant: number): Members =>
  replaced(context, rulesOf(abstraction), variant);

function replaced(holder: Members, rules: Rules, variant: number): Members {
  const copy: { [name: string]: unknown } = { ...holder };
  for (const [name, rule] of rules) {
    const value = holder[name];
    if (rule instanceof Map) {
      if (isObject(value)) copy[name] = replaced(value, rule, variant);
    } else if (typeof rule === 'function') copy[name] = rule(value);
    else if (forgets(rule, value)) copy[name] = rule[Math.min(variant, rule.length - 1)];
  }
  return copy;
}
