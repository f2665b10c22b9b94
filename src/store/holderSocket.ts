import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { socketDirOf } from './folderLock';

/** Name of a question → its answer as text. Read-only: a command-line tool asks, the process that holds the data answers. */
type HolderAnswers = Record<string, (parameters: URLSearchParams) => Promise<string>>;

const SOCKET = 'control.sock';

/**
 * Answers command-line tools while this process holds an embedded database, on a socket in a folder that only this user can enter.
 * It never decides who holds the data. Gives the function that stops it.
 */
export async function answerTools(socketDir: string, answers: HolderAnswers): Promise<() => Promise<void>> {
  const server = createServer(async (incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://holder');
    const name = pathname.slice(1);
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
    try {
      const text = answer ? await answer(searchParams) : undefined;
      outgoing.statusCode = text === undefined ? 404 : 200; // restify replaces writeHead for every server; its own gives nothing to chain on
      outgoing.setHeader('content-type', 'text/plain; charset=utf-8').end(text);
    } catch {
      outgoing.statusCode = 500; // the tool says that it got no answer
      outgoing.end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(join(socketDir, SOCKET), resolve);
  });
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/**
 * Asks the process that holds a data folder.
 * @throws Error when nobody answers there
 */
export function askHolder(dataDir: string, name: string, parameters: Record<string, string>): Promise<string> {
  const socketDir = socketDirOf(dataDir);
  if (!socketDir) throw new Error(`Nobody holds ${dataDir}.`);
  return new Promise((resolve, reject) => {
    const path = `/${name}?${new URLSearchParams(parameters)}`;
    const asked = request({ socketPath: join(socketDir, SOCKET), path }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(`The process that holds ${dataDir} could not answer (${answer.statusCode}).`));
      });
    });
    asked.once('error', (error) => reject(new Error(`The process that holds ${dataDir} does not answer.`, { cause: error })));
    asked.end();
  });
}
