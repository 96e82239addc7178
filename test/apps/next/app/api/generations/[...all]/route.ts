import { handle } from '../server';

export const GET = handle;
export const POST = handle;
export const DELETE = handle;
export const OPTIONS = handle;
