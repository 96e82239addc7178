import { connection } from 'next/server';

/** How many streams the server half has open. */
export async function GET() {
  await connection();
  return Response.json((globalThis as { listeners?: number }).listeners ?? 0);
}
