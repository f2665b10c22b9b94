/** Does work with the same key one after the other, in this process; each gets its own result or error. */
type OneByOne = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createOneByOne(): OneByOne {
  const lines = new Map<string, Promise<void>>();
  return (key, work) => {
    const mine = (lines.get(key) ?? Promise.resolve()).then(work);
    const ended = mine.then(
      () => undefined,
      () => undefined, // whoever asked gets the error itself
    );
    lines.set(key, ended);
    void ended.then(() => lines.get(key) === ended && lines.delete(key));
    return mine;
  };
}
