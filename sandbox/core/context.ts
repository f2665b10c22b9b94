import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallLog } from './calls';
import type { SandboxClock } from './clock';
import type { FaultTable } from './faults';
import type { Switches } from './switches';
import type { TenantData } from './tenant';

/** What every pretend service is given: shared time, faults, switches, data and the record of calls. */
export interface SandboxContext {
  clock: SandboxClock;
  faults: FaultTable;
  calls: CallLog;
  /** Mutable: `/__sandbox/switches` changes it while the sandbox runs. */
  switches: Switches;
  tenant: TenantData;
  /** App id of the bot under test; its tokens, its audience. */
  bot: { appId: string; secret: string };
}

/** Listens on 127.0.0.1; port 0 takes a free one. A port in use becomes an error that names the setting to change. */
export function listen(server: Server, port: number, setting: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is in use. Set ${setting} to another port.`, { cause: error })
          : new Error(`Cannot listen on port ${port} (${setting}): ${error.message}`, { cause: error }),
      ),
    );
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** Stops listening and ends the connections that are still open. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
