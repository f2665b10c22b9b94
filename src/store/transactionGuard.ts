import { AsyncLocalStorage } from 'node:async_hooks';
import { StoreBusyError } from '../errors';

const openTransaction = new AsyncLocalStorage<true>();

/** Throws when called, however deep, inside `transaction()`: with one connection it would wait for itself for ever. */
export function refuseInsideTransaction(attempted: string): void {
  if (openTransaction.getStore()) throw new StoreBusyError({ attempted });
}

export function markTransaction<T>(work: () => Promise<T>): Promise<T> {
  return openTransaction.run(true, work);
}
