import type { Cost, JobUpdate } from 'generation-lifecycle';
import type { Activity } from './activities.js';
import type { Pending } from './calls.js';
import { callOf, type Given, type Post, spend, type World, withPost } from './world.js';

/** What the vendor charges for a job that has come this far; `undefined` while it is not known. */
export const costOf = (state: string | undefined): Cost | undefined =>
  state === 'done' ? { amount: 3, unit: 'credits' } : state === 'stopped' ? { amount: 1, unit: 'credits' } : undefined;

/** Everything that the vendor may answer to a call. The first one is what it does without a fault. */
export function vendorAnswers(world: World, activity: Activity, pending: Pending): readonly Given[] {
  return pending.name === 'submit' ? toSubmit(world, activity, pending) : toQuestion(world, pending);
}

function toSubmit(world: World, activity: Activity, pending: Pending): readonly Given[] {
  const at = world.posts.findIndex(({ call }) => call === callOf(activity, pending));
  const post = world.posts[at] as Post;
  const given: Given[] = [];
  const silent = { call: undefined };
  if (post.state === 'arrived')
    given.push({
      label: 'the vendor accepts',
      answer: { value: { job: { id: post.job } } },
      world: withPost(world, at, { ...silent, isTold: true }),
    });
  if (post.state === 'refused')
    given.push({
      label: 'it was refused',
      answer: { failure: { code: 'rate-limited', message: 'Busy.', retryable: true, charged: 'no' } },
      world: withPost(world, at, silent),
    });
  if (world.left.losses)
    given.push({
      label: 'the answer is lost',
      answer: { failure: { code: 'network', message: 'Lost.', charged: 'maybe' } },
      world: withPost(spend(world, 'losses'), at, silent),
    });
  return given;
}

function toQuestion(world: World, { name, args }: Pending): readonly Given[] {
  const job = String(args[0]);
  const state = world.jobs[job];
  if (name === 'cancel' && state === 'running') {
    const stopped: World = { ...world, jobs: { ...world.jobs, [job]: 'stopped' } };
    return [{ label: 'the vendor stops it', answer: { value: toUpdate(job, 'stopped') }, world: stopped }];
  }
  const given: Given[] = [{ label: `${name} tells ${state}`, answer: { value: toUpdate(job, state) }, world }];
  if (world.left.readFaults)
    given.push({
      label: 'the vendor is away',
      answer: { failure: { code: 'network', message: 'Away.' } },
      world: spend(world, 'readFaults'),
    });
  return given;
}

const toUpdate = (job: string, state: string | undefined): JobUpdate<unknown> =>
  state === 'done'
    ? { kind: 'succeeded', output: { of: job }, cost: costOf(state) }
    : state === 'stopped'
      ? { kind: 'cancelled', charged: 'yes', cost: costOf(state) }
      : { kind: 'pending', phase: 'running' };
