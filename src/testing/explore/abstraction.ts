import { isObject } from '../../machines/json.js';
import type { ContextAbstraction } from './explore.types.js';

type Members = { readonly [name: string]: unknown };

type Rule = ContextAbstraction[string];
/** The rules as a tree, so that each parent is copied once. */
type Rules = Map<string, Rule | Rules>;

const compiled = new WeakMap<ContextAbstraction, Rules>();

function rulesOf(abstraction: ContextAbstraction): Rules {
  const known = compiled.get(abstraction);
  if (known) return known;
  const rules: Rules = new Map();
  for (const [path, rule] of Object.entries(abstraction)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let parent = rules;
    for (const name of names) {
      const child = parent.get(name);
      const next: Rules = child instanceof Map ? child : new Map();
      parent.set(name, next);
      parent = next;
    }
    parent.set(last, rule);
  }
  compiled.set(abstraction, rules);
  return rules;
}

/** A list without `undefined` keeps whether there is a value. */
export const leavesOut = (values: readonly unknown[], value: unknown): boolean =>
  value !== undefined || values.includes(undefined);

/** How many contexts represent an abstracted one: as many as the longest list has values. */
export const variantCount = (abstraction: ContextAbstraction): number =>
  Math.max(1, ...Object.values(abstraction).map(rule => (typeof rule === 'function' ? 1 : rule.length)));

const valueAt = (context: unknown, path: string): unknown =>
  path.split('.').reduce((parent, name) => (isObject(parent) ? parent[name] : undefined), context);

/** Whether a step has changed something for which the abstraction lists more than two values. */
export const changesOfMany = (before: Members, after: Members, abstraction: ContextAbstraction): boolean =>
  Object.entries(abstraction).some(
    ([path, rule]) =>
      typeof rule !== 'function' && rule.length > 2 && !Object.is(valueAt(before, path), valueAt(after, path)),
  );

/**
 * Replaces what is left out by the nth value of its list, or by the last; and what is kept in part, by that part. With
 * the first values, all contexts that the abstraction does not tell apart become equal.
 */
export const abstracted = (context: Members, abstraction: ContextAbstraction, variant: number): Members =>
  replaced(context, rulesOf(abstraction), variant);

function replaced(parent: Members, rules: Rules, variant: number): Members {
  const copy: { [name: string]: unknown } = { ...parent };
  for (const [name, rule] of rules) {
    const value = parent[name];
    if (rule instanceof Map) {
      if (isObject(value)) copy[name] = replaced(value, rule, variant);
    } else if (typeof rule === 'function') copy[name] = rule(value);
    else if (leavesOut(rule, value)) copy[name] = rule[Math.min(variant, rule.length - 1)];
  }
  return copy;
}
