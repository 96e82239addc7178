import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { JobRef } from 'generation-lifecycle';
import { openTelemetry } from 'generation-lifecycle/server/opentelemetry';
import { directoryResults } from 'generation-lifecycle/server/results';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loopback } from '../support/loopback.js';
import { png, resultsHalf } from '../support/results-half.js';
import { durableHalf, origin, secret, serverHalf } from '../support/server-half.js';
import { traceContext } from '../support/trace-context.js';

type Options = Parameters<typeof durableHalf>[0];
type Vendor = Parameters<typeof durableHalf>[1];

/** The real SDKs, which keep what they are told. */
function sdk(options: { readonly userIds?: boolean } = {}) {
  const exporter = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test');
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => provider.shutdown());
  /** The points of one metric: attributes and value. A histogram's value is its count. */
  async function pointsOf(name: string) {
    metricExporter.reset();
    await provider.forceFlush();
    const found = metricExporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .find(({ descriptor }) => descriptor.name === name);
    return (found?.dataPoints ?? []).map(({ attributes, value }) => ({
      attributes,
      value: typeof value === 'number' ? value : value.count,
      sum: typeof value === 'object' ? value.sum : undefined,
    }));
  }
  const named = (name: string) => exporter.getFinishedSpans().filter(span => span.name === name);
  return {
    observe: openTelemetry({ tracer, meter: provider.getMeter('test'), ...options }),
    tracer,
    spans: () => exporter.getFinishedSpans(),
    named,
    pointsOf,
  };
}

type Sdk = ReturnType<typeof sdk>;

const observed = (seen: Pick<Sdk, 'observe'>, options: Options = {}, vendor: Vendor = {}) =>
  durableHalf({ observe: seen.observe, ...options }, vendor);

const jobOf = async (response: Response) => ((await response.json()) as { job: JobRef }).job;

/** Makes the steps of a job until it has ended. */
const ended = ({ server }: Pick<ReturnType<typeof durableHalf>, 'server'>, id: string) =>
  expect.poll(() => server.advance(id), { timeout: 20_000 }).toBe(true);

const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;

describe('openTelemetry(): spans', () => {
  it('has one of a request with its submit below it, in the trace of the caller', async () => {
    traceContext();
    const seen = sdk();
    const half = observed(seen);
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const { id } = await jobOf(await half.submit('ada', { headers: { traceparent } }));
    await expect.poll(() => seen.spans().length).toBe(2);
    const [request] = seen.named('POST /api/generations/{backend}/jobs');
    expect(request?.kind).toBe(SpanKind.SERVER);
    expect(request?.spanContext().traceId).toBe('a'.repeat(32));
    expect(parentOf(request)).toBe('b'.repeat(16));
    expect(request?.attributes).toEqual({
      'generation.backend': 'image',
      'http.request.method': 'POST',
      'http.route': '/api/generations/{backend}/jobs',
      'http.response.status_code': 201,
    });
    const [submit] = seen.named('generation.submit');
    expect(parentOf(submit)).toBe(request?.spanContext().spanId);
    expect(submit?.attributes).toEqual({
      'generation.backend': 'image',
      'generation.id': id,
      'http.response.status_code': 201,
    });
  });

  it('has none of a request where something in front of it has one, and puts the submit below that', async () => {
    traceContext();
    const seen = sdk();
    const half = observed(seen);
    const span = seen.tracer.startSpan('of a framework');
    await context.with(trace.setSpan(context.active(), span), () => half.submit('ada'));
    await expect.poll(() => seen.named('generation.submit')).toHaveLength(1);
    expect(seen.spans().map(({ name }) => name)).toEqual(['generation.submit']);
    expect(parentOf(seen.named('generation.submit')[0])).toBe(span.spanContext().spanId);
  });

  it('has one of each step, and says why it was made', async () => {
    const seen = sdk();
    const half = observed(seen);
    const { id } = await jobOf(await half.submit('ada'));
    await ended(half, id);
    const steps = seen.named('generation.step');
    expect(steps.length).toBeGreaterThan(0);
    expect(steps[0]?.attributes).toEqual({
      'generation.backend': 'image',
      'generation.id': id,
      'generation.step.reason': 'due',
    });
  });

  it('has one of a webhook, once its address is known to be ours', async () => {
    const seen = sdk();
    const deliveries: Request[] = [];
    const half = observed(
      seen,
      { publicUrl: `${origin}/api/generations` },
      {
        deliver: async request => {
          deliveries.push(request);
          return new Response();
        },
      },
    );
    const { id } = await jobOf(await half.submit('ada'));
    await expect.poll(() => deliveries.length, { timeout: 20_000 }).toBeGreaterThan(0);
    const delivery = deliveries[0] as Request;
    const forged = new Request(`${delivery.url}0`, { method: 'POST', body: 'x' });
    expect((await half.handle(forged)).status).toBe(404);
    expect(seen.named('generation.webhook')).toEqual([]);
    await half.handle(delivery);
    const [webhook] = seen.named('generation.webhook');
    expect(webhook?.attributes).toMatchObject({ 'generation.id': id, 'http.response.status_code': 200 });
    const requests = () =>
      seen
        .named('POST /api/generations/webhook/{backend}/{address}')
        .map(({ attributes }) => attributes['http.response.status_code']);
    await expect.poll(requests).toEqual([404, 200]);
  });

  it.each([
    ['a copy of a result', 200, SpanStatusCode.UNSET],
    ['a copy that fails, as an error', 500, SpanStatusCode.ERROR],
  ])('has one of %s', async (_, answered, code) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'copies-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { url } = await loopback(() => response => {
      response.writeHead(answered, { 'content-type': 'image/png' }).end(png());
    });
    const seen = sdk();
    const results = directoryResults(folder, { privateOrigins: [url] });
    const { id } = await resultsHalf(results, { urls: [`${url}/1.png`], observe: seen.observe }).generate();
    await expect.poll(() => seen.named('generation.copy')).toHaveLength(1);
    const [copy] = seen.named('generation.copy');
    expect(copy?.attributes).toMatchObject({ 'generation.backend': 'image', 'generation.id': id });
    expect(copy?.status.code).toBe(code);
  });

  it('marks a step that could not be made as an error, by the name of what was thrown', async () => {
    const seen = sdk();
    const half = observed(seen, {}, { scenario: { queuedMs: 3_600_000 } });
    const { id } = await jobOf(await half.submit('ada'));
    const row = await half.store.get(id);
    await half.store.write(id, { version: Number(row?.version) }, { state: { token: 'broken' }, dueAt: 1 });
    await half.server.advance(id);
    const [step] = seen.named('generation.step');
    expect(step?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(step?.attributes['error.type']).toBe('TypeError');
  });

  it('marks a request as an error if the server has failed, and not if the page is wrong', async () => {
    const seen = sdk();
    const half = observed(seen, {
      authorize: ({ headers }) => (headers.has('authorization') ? { id: 'ada' } : undefined),
    });
    await half.ask('image/jobs/a');
    const broken = observed(seen, {
      authorize: () => {
        throw new Error('The database is away.');
      },
    });
    await broken.ask('image/jobs/a');
    await expect.poll(() => seen.spans().length).toBe(2);
    const [refused, failed] = seen.named('GET /api/generations/{backend}/jobs/{id}');
    expect(refused?.attributes['http.response.status_code']).toBe(401);
    expect(refused?.status.code).toBe(SpanStatusCode.UNSET);
    expect(failed?.attributes).toMatchObject({ 'http.response.status_code': 503, 'error.type': 'network' });
    expect(failed?.status.code).toBe(SpanStatusCode.ERROR);
  });

  it('has those of a relay, too', async () => {
    const seen = sdk();
    const half = serverHalf({ observe: seen.observe });
    await half.submit('ada');
    expect(seen.named('generation.submit')[0]?.attributes).toMatchObject({ 'generation.backend': 'image' });
    expect(await seen.pointsOf('generation.posts')).toMatchObject([{ attributes: { 'generation.charged': 'yes' } }]);
  });

  it('tells no prompt, key, secret, url or user, unless the user is asked for', async () => {
    for (const userIds of [false, true]) {
      const seen = sdk({ userIds });
      const half = observed(seen, { publicUrl: `${origin}/api/generations` });
      const { id } = await jobOf(await half.submit('ada-lovelace', { key: 'the-key-of-the-page' }));
      await half.ask('image/keys/the-key-of-the-page', { user: 'ada-lovelace' });
      await ended(half, id);
      const told = JSON.stringify(
        seen.spans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
      );
      const metrics = JSON.stringify(await Promise.all(metricNames.map(seen.pointsOf)));
      for (const secretText of ['lighthouse', 'the-key-of-the-page', secret, 'the-vendor-key', 'https://', 'Bearer']) {
        expect(told + metrics).not.toContain(secretText);
      }
      expect(metrics).not.toContain('ada-lovelace');
      expect(told.includes('"enduser.id":"ada-lovelace"')).toBe(userIds);
      if (!userIds) expect(told).not.toContain('ada-lovelace');
    }
  });
});

const metricNames = [
  'generation.jobs.running',
  'generation.jobs.late',
  'generation.wishes',
  'generation.posts',
  'generation.jobs.ended',
  'generation.job.duration',
  'generation.step.lateness',
  'generation.work.duration',
  'generation.incidents',
];

const image = { 'generation.backend': 'image' };

describe('openTelemetry(): metrics', () => {
  it('counts wishes, submits, steps and ends, with their durations', async () => {
    const seen = sdk();
    const half = observed(seen);
    const { id } = await jobOf(await half.submit('ada'));
    // The same wish once more is no other one.
    await half.submit('ada');
    await ended(half, id);
    expect(await seen.pointsOf('generation.wishes')).toMatchObject([{ attributes: image, value: 1 }]);
    expect(await seen.pointsOf('generation.posts')).toMatchObject([
      { attributes: { ...image, 'generation.charged': 'yes' }, value: 1 },
    ]);
    expect(await seen.pointsOf('generation.jobs.ended')).toMatchObject([
      { attributes: { ...image, 'generation.status': 'completed', 'generation.charged': 'yes' }, value: 1 },
    ]);
    const [duration] = await seen.pointsOf('generation.job.duration');
    expect(duration).toMatchObject({ attributes: { ...image, 'generation.status': 'completed' }, value: 1 });
    // The double takes 60 ms.
    expect(duration?.sum).toBeGreaterThan(0.05);
    const [lateness] = await seen.pointsOf('generation.step.lateness');
    expect(lateness?.value).toBeGreaterThan(0);
    const works = await seen.pointsOf('generation.work.duration');
    expect(works.map(({ attributes }) => attributes['generation.work']).sort()).toEqual(['step', 'submit']);
    expect(await seen.pointsOf('generation.incidents')).toEqual([]);
  });

  it('counts failures by their code, and what a submit has cost', async () => {
    const seen = sdk();
    const half = observed(seen, {}, { scenario: { faults: [{ on: 'submit', answer: 402 }] } });
    await half.submit('ada');
    expect(await seen.pointsOf('generation.jobs.ended')).toMatchObject([
      {
        attributes: {
          ...image,
          'generation.status': 'failed',
          'error.type': 'payment-required',
          'generation.charged': 'no',
        },
        value: 1,
      },
    ]);
    expect(await seen.pointsOf('generation.posts')).toMatchObject([{ attributes: { 'generation.charged': 'no' } }]);
    expect(await seen.pointsOf('generation.incidents')).toMatchObject([
      { attributes: { ...image, 'generation.event': 'submit.failed' }, value: 1 },
    ]);
  });

  it('tells what runs, and how late the longest due job is, from the store', async () => {
    const seen = sdk();
    const half = observed(seen, {}, { scenario: { queuedMs: 3_600_000 } });
    expect(await seen.pointsOf('generation.jobs.running')).toMatchObject([
      { attributes: image, value: 0 },
      { attributes: { 'generation.backend': 'other' }, value: 0 },
    ]);
    const { id } = await jobOf(await half.submit('ada'));
    const row = await half.store.get(id);
    await half.store.write(id, { version: Number(row?.version) }, { dueAt: Date.now() - 90_000 });
    // The answer of the store is repeated for a second.
    await expect
      .poll(async () => (await seen.pointsOf('generation.jobs.running'))[0]?.value, { timeout: 20_000 })
      .toBe(1);
    const [late] = await seen.pointsOf('generation.jobs.late');
    expect(late?.value).toBeGreaterThanOrEqual(90);
  });

  it('asks the store no more once the server has stopped', async () => {
    const seen = sdk();
    const { store } = durableHalf();
    let asked = 0;
    const count = () => {
      asked += 1;
      return store.count();
    };
    const half = observed(seen, { store: { ...store, count } });
    await half.server.stop();
    await seen.pointsOf('generation.jobs.running');
    expect(asked).toBe(0);
  });

  it('goes on without what the store does not answer', async () => {
    const seen = sdk();
    const { store } = durableHalf();
    const half = observed(seen, { store: { ...store, count: () => Promise.reject(new Error('away')) } });
    expect(await seen.pointsOf('generation.jobs.running')).toEqual([]);
    expect((await half.submit('ada')).status).toBe(201);
  });
});

describe('openTelemetry()', () => {
  it('refuses an option that it does not have', () => {
    expect(() => openTelemetry({ userId: true } as object)).toThrow('no option "userId". Did you mean "userIds"?');
  });

  it('does nothing where no SDK is registered', async () => {
    const half = observed({ observe: openTelemetry() });
    const { id } = await jobOf(await half.submit('ada'));
    await ended(half, id);
    expect((await half.store.get(id))?.status).toBe('completed');
  });
});
