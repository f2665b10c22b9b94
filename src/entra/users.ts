import { z } from 'zod';
import type { DirectoryPerson } from '../provisioning/people';
import { anyCase } from './anyCase';
import { batchGet } from './batch';
import type { Graph, GraphCall } from './graphCall';
import { graphErrorOf } from './graphErrors';
import { bodyOf, type GraphReply } from './graphReply';
import { literal, path, withQuery } from './odata';
import { readPages } from './readPages';
import type { EntraClient } from './types';

const SELECT = 'id,displayName,userPrincipalName,mail,accountEnabled,userType';
const MOST_BY_NAME = 25;

const user = z
  .object({
    id: z.string(),
    displayName: z.string().nullish(),
    userPrincipalName: z.string(),
    mail: z.string().nullish(),
    accountEnabled: z.boolean().nullish(),
    userType: anyCase(['Member', 'Guest']).nullish().catch(undefined),
  })
  .transform(
    (row): DirectoryPerson => ({
      objectId: row.id,
      displayName: row.displayName ?? row.userPrincipalName,
      userPrincipalName: row.userPrincipalName,
      mail: row.mail || null,
      // Old accounts have no userType, and a narrow scope shows no accountEnabled: then Entra's own scoping has the last word.
      accountEnabled: row.accountEnabled ?? true,
      userType: row.userType ?? (/#EXT#@/i.test(row.userPrincipalName) ? 'Guest' : 'Member'),
    }),
  );
const userList = z.object({ value: z.array(user) });

/**
 * People of the directory. Needs `User.Read` for getMe, else `User.Read.All` (accountEnabled, otherMails, proxyAddresses, userType).
 * @see https://learn.microsoft.com/graph/api/user-get
 */
export function users(graph: Graph): Pick<EntraClient, 'getMe' | 'findUser' | 'findUsersByAddress'> {
  const findUser: EntraClient['findUser'] = async (idOrUserPrincipalName) => {
    const call = directory('read a person', withQuery(userPath(idOrUserPrincipalName), { $select: SELECT }));
    const reply = await graph.ask({ ...call, method: 'GET' });
    if (reply.status === 404) return undefined;
    return parsed(call, reply, user);
  };

  return {
    async getMe() {
      const call = directory('read the signed-in person', withQuery('/me', { $select: SELECT }));
      return parsed(call, await graph.ask({ ...call, method: 'GET' }), user);
    },

    findUser,

    async findUsersByAddress(address) {
      const typed = address.trim();
      if (typed === '') return [];
      if (!typed.includes('@')) {
        const byId = isObjectId(typed) ? await findUser(typed) : undefined;
        return byId
          ? [byId]
          : readPages(
              graph,
              directory('search people', usersWhere(`startsWith(displayName,${literal(typed)})`)),
              user,
              MOST_BY_NAME,
            );
      }
      const byName = await findUser(typed);
      return byName ? [byName] : findByMail(graph, typed);
    },
  };
}

/** The first kind of address that fits anybody decides: mail, then proxy addresses (both prefixes), then other mails. */
async function findByMail(graph: Graph, address: string): Promise<DirectoryPerson[]> {
  const call = directory('find a person by address', '/$batch');
  const replies = await batchGet(graph, call.operation, [
    usersWhere(`mail eq ${literal(address)}`),
    usersWhere(`proxyAddresses/any(p:p eq ${literal(`smtp:${address}`)} or p eq ${literal(`SMTP:${address}`)})`),
    usersWhere(`otherMails/any(o:o eq ${literal(address)})`),
  ]);
  const found = replies.map((reply) => parsed(call, reply, userList).value);
  return found.find((people) => people.length > 0) ?? [];
}

function parsed<Out>(call: Pick<GraphCall, 'operation' | 'area'>, reply: GraphReply, schema: z.ZodType<Out>): Out {
  if (reply.status >= 300) throw graphErrorOf(call, reply);
  return bodyOf(call, reply, schema);
}

function directory(operation: string, address: string): Omit<GraphCall, 'method'> {
  return { operation, area: 'directory', path: address };
}

function usersWhere(filter: string): string {
  return withQuery('/users', { $filter: filter, $select: SELECT });
}

/** A name that begins with `$` would read as a system segment, so it goes into the key form. */
function userPath(idOrUserPrincipalName: string): string {
  if (!idOrUserPrincipalName.startsWith('$')) return path`/users/${idOrUserPrincipalName}`;
  return `/users(${encodeURIComponent(literal(idOrUserPrincipalName))})`;
}

function isObjectId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
