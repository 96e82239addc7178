import type { SubmitCall } from '../../machines/generation/generation.port.js';
import { getOwn, isObject } from '../../machines/json.js';
import type { JsonAnswer } from '../http/json-answer.js';
import type { Exchange } from '../http/json-exchange.js';

type Members = { readonly [name: string]: unknown };

/** What is asked before a submit. Nothing of it is charged. */
export type Preparation = Pick<SubmitCall, 'signal' | 'idempotencyKey'> & Pick<Exchange, 'ask'>;

/** A function of an app. */
type AppFunction = {
  /** Its `fn_index`. */
  readonly id: number;
  readonly apiPrefix: string;
  /** As the documentation of the app names it. */
  readonly apiName: string | undefined;
  /** Whether the app keeps each input by itself. */
  readonly isState: readonly boolean[];
};

const withoutSlash = (name: unknown) => String(name).replace(/^\//, '');
const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value : []).filter(isObject);

const privateAdvice =
  'Check the option app. A private Space needs the option token, or the environment variable HF_TOKEN';
const asleepAdvice =
  'A Space that sleeps, starts or is being built answers like this: open its page, and submit again when it runs';

/** Reads the configuration of an app, which names its functions. It changes with each version of the app. */
export async function findFunction({
  ask,
  base,
  endpoint,
  ...call
}: Preparation & { readonly base: string; readonly endpoint: string | number }): Promise<AppFunction> {
  const isAnswer = (status: number) => [401, 403, 404].includes(status) || status >= 500;
  const answer = await ask({ action: 'prepare', url: `${base}/config`, ...call, isAnswer });
  const { protocol, api_prefix: prefix, dependencies, components } = answer.members;
  if (!answer.ok) throw toConfigError(answer);
  if (!Array.isArray(dependencies)) throw answer.toError({ code: 'invalid-response', advice: asleepAdvice });
  if (protocol === 'ws' || protocol === 'sse') {
    throw refusal(answer, 'the app runs a version of Gradio before 4, which this adapter does not speak');
  }
  const functions = listOf(dependencies).map((each, index) => ({ ...each, id: Number(each['id'] ?? index) }) as Found);
  const found = functions.find(({ id, api_name: apiName }) =>
    typeof endpoint === 'number' ? id === endpoint : !!apiName && withoutSlash(apiName) === withoutSlash(endpoint),
  );
  if (!found) {
    const names = functions.flatMap(({ api_name: apiName }) => (apiName ? `/${withoutSlash(apiName)}` : []));
    throw refusal(answer, `the app has no endpoint ${endpoint}, but ${names.join(', ') || 'none with a name'}`);
  }
  if (found.queue === false) throw refusal(answer, `the endpoint ${endpoint} of the app does not use its queue`);
  const types = new Map(listOf(components).map(({ id, type }) => [id, type]));
  return {
    id: found.id,
    apiPrefix: typeof prefix === 'string' ? prefix.replace(/\/+$/, '') : '',
    apiName: found.api_name ? withoutSlash(found.api_name) : undefined,
    isState: (Array.isArray(found.inputs) ? found.inputs : []).map(input => types.get(input) === 'state'),
  };
}

type Found = { readonly id: number; readonly api_name?: unknown; readonly queue?: unknown; readonly inputs?: unknown };

function toConfigError(answer: JsonAnswer) {
  if (answer.status >= 500) return answer.toError({ code: 'busy', advice: asleepAdvice });
  return answer.toError({ advice: privateAdvice });
}

const refusal = (answer: JsonAnswer, words: string) =>
  answer.toError({ code: 'bad-input', said: words, advice: 'Check the options app and endpoint' });

/** The arguments of a function in their order. Those that the app keeps by itself are `null`. */
export async function toArguments(
  input: unknown,
  { id, apiName, isState }: AppFunction,
  { ask, api, ...call }: Preparation & { readonly api: string },
): Promise<unknown> {
  const isNamed = isObject(input);
  let given: unknown = input;
  if (isNamed) {
    const answer = await ask({ action: 'prepare', url: `${api}/info`, ...call });
    const { named_endpoints: named, unnamed_endpoints: unnamed } = answer.members;
    const info = apiName === undefined ? memberOf(unnamed, String(id)) : memberOf(named, `/${apiName}`);
    given = toOrdered(input, listOf(memberOf(info, 'parameters')), answer);
  }
  if (!Array.isArray(given)) return given;
  const rest = [...given];
  if (rest.length + isState.filter(Boolean).length !== isState.length) return given;
  return isState.map(isKept => (isKept ? null : rest.shift()));
}

const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? getOwn(value, name) : undefined);

function toOrdered(input: Members, parameters: readonly Members[], answer: JsonAnswer): readonly unknown[] {
  const names = parameters.map(({ parameter_name: name }) => String(name));
  const unknown = Object.keys(input).find(name => !names.includes(name));
  if (unknown !== undefined) {
    throw refusal(answer, `the endpoint has no parameter ${unknown}, but ${names.join(', ') || 'none with a name'}`);
  }
  return parameters.map(({ parameter_has_default: hasDefault, parameter_default: value }, at) => {
    const name = names[at] ?? '';
    const given = getOwn(input, name);
    if (given === undefined && hasDefault !== true) throw refusal(answer, `the parameter ${name} is missing`);
    return given ?? value;
  });
}
