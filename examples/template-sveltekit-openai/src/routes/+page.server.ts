import { isDouble } from '$lib/server/image';

export const load = () => ({ isDouble });
