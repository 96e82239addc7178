import type { GenerationClient, GenerationMachine, GenerationStatus } from 'generation-lifecycle';
import type * as Solid from 'generation-lifecycle/solid';
import type * as Svelte from 'generation-lifecycle/svelte';
import type * as Vue from 'generation-lifecycle/vue';
import type { Readable } from 'svelte/store';
import { expectTypeOf, it } from 'vitest';
import type { ComputedRef, Ref } from 'vue';

type Input = { readonly prompt: string };
type Output = { readonly url: string };
type Item = { readonly id: string; readonly url: string };
type Machine = GenerationMachine<Input, Output>;
type Client = GenerationClient<Input, Output, Item>;

/** What a component writes, which is compiled and not called. */
type Painted<TUse extends (machine: Machine) => unknown> = ReturnType<TUse>;

it('Vue: each member is a ref of the type that machine or client say', () => {
  type Generation = Painted<typeof Vue.useGeneration<Input, Output>>;
  expectTypeOf<Generation>().toEqualTypeOf<Vue.UseGenerationReturn<Input, Output>>();
  expectTypeOf<Generation['output']>().toEqualTypeOf<ComputedRef<Output | undefined>>();
  expectTypeOf<Generation['status']>().toEqualTypeOf<ComputedRef<GenerationStatus>>();
  expectTypeOf<Generation['generate']>().parameters.toEqualTypeOf<[Input]>();
  expectTypeOf<Ref<Machine>>().toExtend<Parameters<typeof Vue.useGeneration<Input, Output>>[0]>();
  type Gallery = ReturnType<typeof Vue.useGenerations<Input, Output, Item>>;
  expectTypeOf<Gallery['items']>().toEqualTypeOf<ComputedRef<readonly Item[]>>();
  expectTypeOf<() => Client>().toExtend<Parameters<typeof Vue.useGenerations<Input, Output, Item>>[0]>();
});

it('Svelte: each member has the type that machine or client say, and the whole is a store', () => {
  type Generation = Painted<typeof Svelte.useGeneration<Input, Output>>;
  expectTypeOf<Generation>().toEqualTypeOf<Svelte.UseGenerationReturn<Input, Output>>();
  expectTypeOf<Generation['output']>().toEqualTypeOf<Output | undefined>();
  expectTypeOf<Generation['generate']>().parameters.toEqualTypeOf<[Input]>();
  expectTypeOf<Generation>().toExtend<Readable<Svelte.UseGenerationResult<Input, Output>>>();
  type Gallery = ReturnType<typeof Svelte.useGenerations<Input, Output, Item>>;
  expectTypeOf<Gallery['items']>().toEqualTypeOf<readonly Item[]>();
  expectTypeOf<() => Client>().toExtend<Parameters<typeof Svelte.useGenerations<Input, Output, Item>>[0]>();
});

it('Solid: each member has the type that machine or client say', () => {
  type Generation = Painted<typeof Solid.useGeneration<Input, Output>>;
  expectTypeOf<Generation>().toEqualTypeOf<Solid.UseGenerationReturn<Input, Output>>();
  expectTypeOf<Generation['output']>().toEqualTypeOf<Output | undefined>();
  expectTypeOf<Generation['generate']>().parameters.toEqualTypeOf<[Input]>();
  expectTypeOf<() => Machine>().toExtend<Parameters<typeof Solid.useGeneration<Input, Output>>[0]>();
  type Gallery = ReturnType<typeof Solid.useGenerations<Input, Output, Item>>;
  expectTypeOf<Gallery['items']>().toEqualTypeOf<readonly Item[]>();
});
