/** The same object with some other methods. No copy: it may be of a class, with members that no copy has. */
export function withReplaced<TObject extends object>(object: TObject, methods: Partial<TObject>): TObject {
  const replaced = new Map<PropertyKey, unknown>(Object.entries(methods));
  return new Proxy(object, {
    get(target, name) {
      if (replaced.has(name)) return replaced.get(name);
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
