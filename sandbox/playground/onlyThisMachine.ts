import { type Socket as NetSocket, Server, Socket } from 'node:net';

/**
 * Loaded before somebody else's program (`node -r`): it listens at 127.0.0.1 alone, whatever it asks for, and a connection to
 * another machine fails at once and is named on stderr.
 */
const HERE = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/i;

const listen = Server.prototype.listen as (this: Server, ...given: unknown[]) => Server;
Server.prototype.listen = function listenHere(this: Server, first: unknown, ...rest: unknown[]): Server {
  return typeof first === 'number' ? listen.call(this, first, '127.0.0.1', ...rest) : listen.call(this, first, ...rest);
} as Server['listen'];

const connect = Socket.prototype.connect as (this: NetSocket, ...given: unknown[]) => NetSocket;
Socket.prototype.connect = function connectHere(this: NetSocket, ...given: unknown[]): NetSocket {
  const host = hostOf(given);
  if (host === undefined || HERE.test(host)) return connect.apply(this, given);
  process.stderr.write(`Refused: a connection to ${host}\n`);
  process.nextTick(() => this.destroy(new Error(`No connection to ${host}: only this machine is allowed`)));
  return this;
} as NetSocket['connect'];

/** The ways to say it: options, a port with a host, or both in a list as Node's own modules do. No host: this machine, or a pipe. */
function hostOf(given: unknown[]): string | undefined {
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given;
  if (typeof first === 'object' && first !== null) return (first as { host?: string }).host;
  return typeof second === 'string' ? second : undefined;
}
