import type { GenerationMachine } from 'generation-lifecycle';
import { useGeneration } from 'generation-lifecycle/react';
import { useState } from 'react';

export type Picture = { readonly url: string };

export function usePictures(machine: GenerationMachine<string, Picture>) {
  const [pictures, setPictures] = useState<readonly Picture[]>([]);
  const [failures, setFailures] = useState<readonly string[]>([]);
  const { status, generate } = useGeneration(machine, {
    onCompleted: ({ output }) => setPictures(before => [output, ...before]),
    onFailed: ({ failure }) => setFailures(before => [failure.code, ...before]),
  });
  return { pictures, failures, status, generate };
}
