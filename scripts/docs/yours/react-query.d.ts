/** What a reader has installed: the two functions, as far as the guide uses them. */
declare module '@tanstack/react-query' {
  type Query<TData> = { readonly state: { readonly data: TData | undefined } };

  export function useMutation<TData, TInput>(options: {
    mutationFn: (input: TInput) => Promise<TData>;
    onSuccess?: (data: TData) => void;
  }): { mutate(input: TInput): void; readonly isPending: boolean };
  export function useQuery<TData>(options: {
    queryKey: readonly unknown[];
    queryFn: () => Promise<TData>;
    enabled?: boolean;
    refetchInterval?: (query: Query<TData>) => number | false;
  }): { readonly data: TData | undefined; readonly error: Error | null };
}
