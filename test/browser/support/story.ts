const CHAPTER_LIMIT_MS = 60_000;

/** `it` for chapters that build on each other: after one that failed, the others fail at once and name it. */
export function story(): (title: string, work: () => Promise<void>) => void {
  let failed: string | undefined;
  return (title, work) => {
    it(
      title,
      async () => {
        if (failed !== undefined) throw new Error(`An earlier chapter failed: ${failed}`);
        failed = title;
        await work();
        failed = undefined;
      },
      CHAPTER_LIMIT_MS,
    );
  };
}
