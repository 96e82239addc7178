import { server } from '@/lib/generations';

export const GET = server.handle;
export const POST = server.handle;
export const DELETE = server.handle;
export const OPTIONS = server.handle;
