import { createJobServer } from './job-server.mjs';

/** The backend as a process of its own, which its parent asks for what it has seen. */

const server = createJobServer();
const url = await server.listen();

process.on('message', message => {
  const { plan, report } = /** @type {{ plan?: import('./job-server.mjs').PlannedJob[], report?: string[] }} */ (
    message
  );
  if (plan) server.plan(plan);
  process.send?.(report ? { report: server.report(report) } : { planned: true });
});
process.on('disconnect', () => process.exit());
process.send?.({ url });
