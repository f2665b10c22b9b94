import type { Row, Store } from '../../src/store/sql';

/**
 * Once, the connection of a transaction breaks: at the first statement that `fits`, or after its commit, whose answer is then lost.
 * Gives whether it has happened.
 */
export function breakConnection(
  store: Store,
  fits: (text: string, values: readonly unknown[]) => boolean,
  when: 'at the statement' | 'after the commit',
): () => boolean {
  const { transaction } = store;
  let isBroken = false;
  const snap = () => {
    isBroken = true;
    store.transaction = transaction;
    throw new Error('Connection terminated unexpectedly');
  };
  store.transaction = async (work) => {
    let met = false;
    const result = await transaction((sql) =>
      work({
        query: async <R extends Row = Row>(text: string, values: readonly unknown[] = []) => {
          met ||= fits(text, values);
          if (met && when === 'at the statement' && !isBroken) snap();
          return sql.query<R>(text, values);
        },
      }),
    );
    if (met && !isBroken) snap();
    return result;
  };
  return () => isBroken;
}
