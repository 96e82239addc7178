import { type AnyStateMachine, createMachine } from 'xstate';

type Members = { readonly [name: string]: unknown };

/** A machine with one fault. */
export type Mutant = {
  readonly name: string;
  /** What its config holds instead, by path; `undefined` for nothing. */
  readonly config?: Members | undefined;
  /** What its names mean instead. */
  readonly provide?: Parameters<AnyStateMachine['provide']>[0] | undefined;
};

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy along the path only: configs share their parts. */
function withValue(holder: Members, path: readonly string[], value: unknown): Members {
  const [name = '', ...rest] = path;
  if (rest.length === 0) return { ...holder, [name]: value };
  const held = holder[name];
  if (!isMembers(held)) throw new TypeError(`There is no ${name} to change`);
  return { ...holder, [name]: withValue(held, rest, value) };
}

/** The machine with the fault. Names of states and events that hold a dot are written with a colon: `on.page:woke`. */
export function mutated(machine: AnyStateMachine, { config = {}, provide = {} }: Mutant): AnyStateMachine {
  const changed = Object.entries(config).reduce<Members>(
    (held, [path, value]) =>
      withValue(
        held,
        path.split('.').map(name => name.replace(':', '.')),
        value,
      ),
    machine.config,
  );
  const copy: AnyStateMachine = createMachine(changed);
  return copy.provide(machine.implementations).provide(provide);
}
