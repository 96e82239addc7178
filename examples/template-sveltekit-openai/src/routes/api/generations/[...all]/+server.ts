import type { RequestHandler } from '@sveltejs/kit';
import { server } from '$lib/server/generations';

export const fallback: RequestHandler = ({ request }) => server.handle(request);
