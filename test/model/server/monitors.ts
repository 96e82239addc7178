import type { StoredJob } from 'generation-lifecycle/server';
import type { Activity } from './activities.js';
import { type Finding, found } from './findings.js';
import { MoneyMonitors } from './money-monitors.js';
import type { Moves } from './moves.js';
import { chargeOf, isEnded, isSameButMail, jobOf, stateOf } from './rows.js';
import type { Happening, Post, Step, World } from './world.js';

type Stored = Extract<Happening, { type: 'stored' }>;

/** Checks what happens in a step, and where it leads. */
export class Monitors {
  readonly #moves: Moves;
  readonly #money: MoneyMonitors;

  constructor(moves: Moves) {
    this.#moves = moves;
    this.#money = new MoneyMonitors(moves);
  }

  judge({ world: after, happenings }: Step): Finding | undefined {
    for (const { what, world } of happenings) {
      const finding = this.#happened(what, world, after);
      if (finding) return finding;
    }
    return this.#state(after);
  }

  #happened(what: Happening, world: World, after: World): Finding | undefined {
    switch (what.type) {
      case 'stored':
        return this.#stored(what, world) ?? this.#money.stored(what.before, what.after, world);
      case 'posted':
        return this.#posted(what.post, world) ?? this.#money.posted(what.post, world);
      case 'asked':
        return this.#asked(what, world);
      case 'done':
        return this.#done(what.activity, after);
    }
  }

  /** What holds in every state. */
  #state(world: World): Finding | undefined {
    const arrivals = world.posts.filter(({ state }) => state === 'arrived').map(({ user, key }) => `${user}:${key}`);
    if (new Set(arrivals).size < arrivals.length) return found('no key is paid twice', 'a second submit has arrived');
    for (const row of this.#moves.rowsOf(world)) {
      const { outcome, token } = stateOf(row);
      const posts = world.posts.filter(post => post.row === row.id);
      if (chargeOf(outcome) === 'no' && posts.some(({ state }) => state !== 'refused'))
        return found('nothing is told as free that may be charged', `row ${row.id} says so`);
      if (outcome?.kind === 'succeeded' && world.jobs[token.job?.id ?? ''] !== 'done')
        return found('what was told completed is what the vendor says', `row ${row.id} is completed`);
    }
    return this.#money.state(world);
  }

  /** A job is asked about by whoever wakes it if its time has come, or if somebody has left something for it. */
  #asked({ by, job }: Extract<Happening, { type: 'asked' }>, world: World): Finding | undefined {
    const { name } = by.spec;
    // A process that stood still has lost its lease, and may ask once more.
    if ((name !== 'wake' && name !== 'look' && name !== 'sweep') || this.#moves.bounds.stalls) return undefined;
    const row = this.#moves.rowsOf(world).find(other => jobOf(other) === job);
    const { token, cancelRequested, foundJob } = row ? stateOf(row) : { token: {} };
    const isMail = (cancelRequested && !token.cancelRequested) || (foundJob !== undefined && !token.job);
    const isDue = row && row.dueAt !== null && row.dueAt <= world.now;
    if (row && !isEnded(row) && (isDue || isMail)) return undefined;
    return found('who wakes a job asks for what is due', `a ${name} asks for ${job}, which is ${row?.status}`);
  }

  /** What holds while no process does anything and nothing was lost: the engine alone leads every job to its end. */
  rest(world: World): Finding | undefined {
    if (!this.#moves.bounds.hasEngine) return undefined;
    const forgotten = this.#moves
      .rowsOf(world)
      .find(
        row => row.dueAt !== null && !world.wakes.some(({ id, version }) => id === row.id && version === row.version),
      );
    return forgotten && found('a job that waits is with its engine', `${forgotten.id} ${forgotten.version} is not`);
  }

  #posted(post: Post, world: World): Finding | undefined {
    const key = `${post.user}:${post.key}`;
    const row = this.#moves.rowsOf(world).find(({ id }) => id === post.row);
    if (!row) return found('nothing is sent before its row says so', 'there is no row');
    const { token, cancelRequested, isForbidden } = stateOf(row);
    if (row.status !== 'submitting' || token.step?.mayHaveArrived !== true)
      return found('nothing is sent before its row says so', `the row is ${row.status}`);
    if (cancelRequested || isForbidden || world.cancelled.includes(key))
      return found('a cancelled key is never bought', `${key} is sent`);
    const isOpen = world.posts.some(
      other => other.user === post.user && other.key === post.key && other.state !== 'refused',
    );
    return isOpen ? found('no key is paid twice', 'it is sent while an earlier submit may have arrived') : undefined;
  }

  #stored({ by, operation, before, after, answer }: Stored, world: World): Finding | undefined {
    const { spec } = this.#moves.activityOf(by);
    if (spec.name === 'deliver' && spec.body?.job === 'forged')
      return found('a forged delivery changes nothing', `it asks for ${operation.name}`);
    for (const row of before.rows) {
      const next = after.rows.find(({ id }) => id === row.id);
      const finding = next ? this.#changed(row, next, { by, operation, world, answer }) : this.#pruned(row, world);
      if (finding) return finding;
    }
    for (const row of after.rows) {
      const isOther = spec.user !== undefined && row.userId !== spec.user;
      const known = before.rows.find(({ id }) => id === row.id);
      if (
        isOther &&
        JSON.stringify(known) !== JSON.stringify(row) &&
        !['claim', 'release', 'renew'].includes(operation.name)
      )
        return found('nobody sees or changes the job of another user', `${spec.user} changes ${row.id}`);
    }
    return undefined;
  }

  #pruned(row: StoredJob, { now }: World): Finding | undefined {
    const { keepMs } = this.#moves.bounds;
    if (row.endedAt !== null && row.endedAt < now - keepMs) return undefined;
    return found('what is kept is kept long enough', `${row.id} is gone`);
  }

  #changed(
    row: StoredJob,
    next: StoredJob,
    { by, operation, world }: Pick<Stored, 'by' | 'operation'> & { world: World; answer: unknown },
  ): Finding | undefined {
    if (JSON.stringify(row) === JSON.stringify(next)) return undefined;
    const { name } = operation;
    const isClaim = name === 'claim' || name === 'claimDue';
    if (next.version !== row.version + (name === 'write' ? 1 : 0))
      return found('versions only rise', `${row.version} → ${next.version} by ${name}`);
    const isHeld = row.owner !== null && Number(row.leaseUntil) > world.now;
    if (isClaim && isHeld) return found('one owner holds a row', `${next.owner} takes it from ${row.owner}`);
    const [was, is] = [stateOf(row), stateOf(next)];
    if (jobOf(row) !== undefined && jobOf(next) !== jobOf(row))
      return found('a paid job is never forgotten', `${jobOf(row)} → ${jobOf(next)}`);
    if (was.cancelRequested && !was.isForbidden && !is.cancelRequested && !isEnded(next))
      return found('a cancelled submit ends as cancelled', 'the cancel is forgotten');
    if (
      (was.cancelRequested || was.isForbidden) &&
      row.status === 'submitting' &&
      next.status === 'failed' &&
      !was.token.job
    )
      return found('a cancelled submit ends as cancelled', 'it has failed');
    if (isEnded(row) && next.status !== row.status) {
      const isOpenAgain = next.status === 'submitting' && row.status === 'failed' && chargeOf(was.outcome) === 'no';
      const isTruth = was.isAssumed || (chargeOf(was.outcome) === 'maybe' && jobOf(row) === undefined);
      if (!isOpenAgain && !isTruth) return found('an end is final', `${row.status} → ${next.status}`);
    }
    if (name !== 'write') return undefined;
    const owner = operation.args.flatMap(arg => (arg as { owner?: string } | null)?.owner ?? [])[0];
    const isOwn = owner === row.owner;
    if (owner !== undefined && !owner.startsWith(`s${this.#moves.activityOf(by).spec.slot}-`))
      return found('one owner holds a row', `it is written with the lease ${owner} of another`);
    const isNews = is.token.job !== undefined && was.token.job === undefined;
    const isMail = isSameButMail(was, is);
    const { spec } = this.#moves.activityOf(by);
    // Who has sent a submit tells what became of it, also if somebody thought that it was gone.
    const isSender = spec.name === 'submit';
    if (
      isHeld &&
      !isOwn &&
      !isSender &&
      !isNews &&
      !(isMail && (next.status === row.status || next.status === 'running'))
    )
      return found('who holds no row only leaves mail', `${spec.name} writes what ${row.owner} holds`);
    if (isEnded(next) && row.status === 'submitting') {
      const living = world.running.find(
        other => other !== by && !other.wasStill && !other.isStill && this.#isSending(other, row.id),
      );
      if (living && !this.#moves.bounds.storeFaults)
        return found('the submit of a living owner has no assumed end', `${spec.name} ends ${row.id}`);
    }
    return undefined;
  }

  #isSending(running: World['running'][number], row: string): boolean {
    return this.#moves.activityOf(running).pending.some(({ name, args }) => name === 'submit' && args[0] === row);
  }

  #done(activity: Activity, world: World): Finding | undefined {
    const { spec, done, incidents } = activity;
    const { status = 0, body = {} } = done ?? {};
    const failed = incidents.find(text => /^(?:request|step|authorize|input)\.failed|^thrown/.test(text));
    if (failed && !this.#moves.bounds.storeFaults) return found('nothing fails on the way', `${spec.name}: ${failed}`);
    const rows = this.#moves.rowsOf(world);
    const row = rows.find(({ id }) => id === body.job?.id);
    if (row && spec.user !== undefined && row.userId !== spec.user)
      return found('nobody sees or changes the job of another user', `${spec.user} is told of ${row.id}`);
    if (body.update?.kind === 'succeeded' && row?.status !== 'completed')
      return found('what was told completed is stored', `${spec.name} is told so`);
    const told =
      chargeOf(body.update?.kind === 'pending' ? undefined : (body.update as never)) ??
      (spec.name === 'submit' && status !== 422 ? body.error?.charged : undefined);
    const about = world.posts.filter(post => post.user === spec.user && post.key === spec.key);
    if (told === 'no' && about.some(({ state }) => state !== 'refused'))
      return found('nothing is told as free that may be charged', `${spec.name} is told so`);
    if (spec.name === 'submit') {
      const first = world.wishes[`${spec.user}:${spec.key}`];
      const isKnown = rows.some(
        ({ userId, key, wishHash }) => userId === spec.user && key === spec.key && wishHash !== null,
      );
      if (isKnown && first !== undefined && first !== spec.wish && status !== 422 && status < 500)
        return found('another wish is not answered with the first job', `the status is ${status}`);
      const mine = this.#heard(activity);
      const kept = rows.find(({ id }) => id === mine?.row);
      if (mine && kept && jobOf(kept) !== mine.job)
        return found('an acceptance beats what was assumed', `${mine.job} is not in its row`);
    }
    if (spec.name === 'deliver' && status === 200) {
      const post = world.posts.find(({ url }) => url === spec.url);
      const kept = rows.find(({ id }) => id === post?.row);
      if (kept && jobOf(kept) === undefined)
        return found('a delivery recovers a lost submit', `${kept.id} does not know ${post?.job}`);
    }
    return undefined;
  }

  /** The acceptance that this activity was answered with. */
  #heard(activity: Activity): { readonly row: string; readonly job: string } | undefined {
    for (let at: Activity | undefined = activity; at?.entry; at = at.parent) {
      const { n, answer } = at.entry;
      const call = at.parent?.pending.find(pending => pending.n === n);
      if (call?.name !== 'submit' || typeof answer === 'string' || !('value' in answer)) continue;
      return { row: String(call.args[0]), job: (answer.value as { job: { id: string } }).job.id };
    }
    return undefined;
  }

  /** What holds once everything that can go on by itself has done so. */
  review(world: World): Finding | undefined {
    for (const { row: id, state, job } of world.posts) {
      if (state !== 'arrived') continue;
      const row = this.#moves.rowsOf(world).find(other => other.id === id);
      // It was kept long enough: what became of it was told.
      if (!row) continue;
      if (!isEnded(row)) return found('every paid job ends, or is told as maybe', `${id} is ${row.status}`);
      const { outcome } = stateOf(row);
      if (row.status !== 'completed' && chargeOf(outcome) === 'no')
        return found('every paid job ends, or is told as maybe', `${id} is told as free`);
      if (
        row.status !== 'completed' &&
        jobOf(row) !== undefined &&
        world.jobs[job] === 'done' &&
        outcome?.kind === 'failed' &&
        !outcome.failure.resumable
      )
        return found('every paid job ends, or is told as maybe', `${job} is done, and ${id} has failed`);
    }
    return this.#money.review(world);
  }
}
