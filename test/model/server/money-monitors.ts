import type { Charge, StoredJob } from 'generation-lifecycle/server';
import { type Finding, found } from './findings.js';
import type { LedgerEntry } from './ledger.js';
import type { Moves } from './moves.js';
import { isEnded, jobOf, stateOf } from './rows.js';
import type { Stored } from './stored.js';
import { costOf } from './vendor.js';
import type { Post, World } from './world.js';

/** What the ledger says of the newest reservation of a job. */
type Account = { readonly attempt: number; readonly told: Charge | undefined };

const textOf = ({ status, charged, cost }: Charge): string => JSON.stringify([status, charged, cost?.amount ?? null]);
const isSame = (one: Charge | undefined, other: Charge | undefined): boolean =>
  (one && textOf(one)) === (other && textOf(other));

function accountOf(ledger: readonly LedgerEntry[], row: string): Account | undefined {
  const mine = ledger.filter(({ id }) => id === row);
  const attempt = mine.findLast(({ hook }) => hook === 'reserve')?.attempt;
  if (attempt === undefined) return undefined;
  const told = mine.findLast(entry => entry.hook !== 'reserve' && entry.attempt === attempt);
  return { attempt, told: told as Charge | undefined };
}

/** What a row says of its charge, as a hook is told it. */
function chargeIn(row: StoredJob): Charge {
  const status = row.status as Charge['status'];
  const { outcome } = stateOf(row);
  if (outcome?.kind === 'succeeded') return { status, charged: 'yes', cost: outcome.cost };
  if (outcome?.kind === 'cancelled') return { status, charged: outcome.charged ?? 'maybe', cost: outcome.cost };
  return { status, charged: outcome?.failure.charged ?? 'maybe' };
}

/** Checks what the hooks about money are told. */
export class MoneyMonitors {
  readonly #moves: Moves;

  constructor(moves: Moves) {
    this.#moves = moves;
  }

  get isOn(): boolean {
    return this.#moves.bounds.settleMaybeAfterMs !== undefined;
  }

  /** What was committed with a call of the store. */
  stored(before: Stored, after: Stored, { now }: World): Finding | undefined {
    if (!this.isOn) return undefined;
    const known = before.ledger;
    if (JSON.stringify(after.ledger.slice(0, known.length)) !== JSON.stringify(known))
      return found('a charge is settled once', 'what was committed has changed');
    for (const entry of after.ledger.slice(known.length)) {
      const account = accountOf(known, entry.id);
      const row = after.rows.find(({ id }) => id === entry.id);
      const finding = entry.hook === 'reserve' ? this.#reserved(entry, account) : this.#told(entry, account, row, now);
      if (finding) return finding;
    }
    const gone = before.rows.find(row => !after.rows.some(({ id }) => id === row.id));
    if (gone && !accountOf(known, gone.id)?.told)
      return found('what was reserved is settled', `${gone.id} is deleted before`);
    return undefined;
  }

  #reserved({ id, attempt }: LedgerEntry, account: Account | undefined): Finding | undefined {
    if (attempt === (account?.attempt ?? 0) + 1 && (!account || account.told?.charged === 'no')) return undefined;
    return found('a reservation is made once', `${id} reserves ${attempt} upon ${JSON.stringify(account)}`);
  }

  #told(
    { id, hook, attempt, reserve, before, ...entry }: LedgerEntry,
    account: Account | undefined,
    row: StoredJob | undefined,
    now: number,
  ): Finding | undefined {
    const charge = entry as Charge;
    if (account?.attempt !== attempt || JSON.stringify(reserve) !== JSON.stringify({ attempt }))
      return found('a charge is settled once', `${id} is told of reservation ${attempt}, of ${account?.attempt}`);
    if (!row || !isEnded(row) || !isSame(chargeIn(row), charge))
      return found('nothing is settled that has no end', `${id} is ${row?.status}, and told as ${textOf(charge)}`);
    if (hook === 'settle') {
      if (account.told) return found('a charge is settled once', `${id} was told as ${textOf(account.told)}`);
      const since = now - Number(row.endedAt);
      const isEarly = charge.charged === 'maybe' && since < Number(this.#moves.bounds.settleMaybeAfterMs);
      return isEarly ? found('a maybe is settled after its grace', `${id} is told after ${since} ms`) : undefined;
    }
    if (!account.told || !isSame(before, account.told))
      return found('a correction follows a settlement', `${id} was ${account.told && textOf(account.told)}`);
    return isSame(charge, account.told) || charge.charged === 'maybe'
      ? found('a correction says what is new', `${id} is told as ${textOf(charge)}`)
      : undefined;
  }

  /** What a row knows of its account is what was committed. */
  state(world: World): Finding | undefined {
    if (!this.isOn) return undefined;
    const { rows, ledger } = this.#moves.stores.at(world.stored);
    for (const row of rows) {
      const account = accountOf(ledger, row.id);
      const { settlement } = stateOf(row);
      if (account?.attempt !== settlement?.attempt || !isSame(account?.told, settlement?.told))
        return found('the ledger and the row say the same', `${row.id}: ${JSON.stringify([account, settlement])}`);
    }
    return undefined;
  }

  posted({ row }: Post, world: World): Finding | undefined {
    if (!this.isOn) return undefined;
    const account = accountOf(this.#moves.stores.at(world.stored).ledger, row);
    if (account && !account.told) return undefined;
    return found('nothing is sent that is not reserved', `${row}: ${JSON.stringify(account)}`);
  }

  /** What the ledger says at the end, beside what the vendor has charged. */
  review(world: World): Finding | undefined {
    if (!this.isOn) return undefined;
    const { rows, ledger } = this.#moves.stores.at(world.stored);
    for (const row of rows) {
      const account = accountOf(ledger, row.id);
      if (!account) continue;
      const { told } = account;
      if (!told) return found('what was reserved is settled', `${row.id} is ${row.status}`);
      const post = world.posts.find(({ row: id, state }) => id === row.id && state !== 'refused');
      const cost = post && jobOf(row) !== undefined ? costOf(world.jobs[post.job]) : undefined;
      const isTrue = told.charged === 'maybe' || (told.charged === 'yes') === (post?.state === 'arrived');
      // What it costs is known once its end is.
      const isKnown = row.status === 'completed' || (row.status === 'cancelled' && !stateOf(row).isAssumed);
      if (!isTrue || (isKnown && told.cost?.amount !== cost?.amount))
        return found('what is settled is what the vendor has charged', `${row.id} is told as ${textOf(told)}`);
    }
    return undefined;
  }
}
