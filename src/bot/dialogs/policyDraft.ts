import { z } from 'zod';
import type { PersonRef } from '../../provisioning/people';
import type { DirectoryRef } from '../../provisioning/policy';
import { findDraft, putDraft } from '../../store/drafts';
import type { Sql } from '../../store/sql';
import type { Turn } from '../turn';

/** What is kept for a person who writes rules: whose they may open, as was probed, and the names of groups that were offered. */
const allowed = z.object({ connectionIds: z.array(z.string()) });
const offered = z.object({ groups: z.array(z.object({ objectId: z.string(), displayName: z.string() })) });
const MOST_GROUPS = 200;

const allowedId = ({ objectId }: PersonRef) => `settings:${objectId}`;
const offeredId = ({ objectId }: PersonRef) => `groups:${objectId}`;

/** `settings` has probed the person's rights on these connections: a dialog has no time to. */
export function allowPolicies(sql: Sql, { person, conversation }: Turn, connectionIds: string[]): Promise<void> {
  return putDraft(sql, { draftId: allowedId(person), person, conversationId: conversation.id, content: { connectionIds } });
}

/** Connections on which the person's rights were probed within the last day. */
export async function openPolicies(sql: Sql, person: PersonRef): Promise<string[]> {
  const draft = await findDraft(sql, person, allowedId(person));
  return allowed.safeParse(draft?.content).data?.connectionIds ?? [];
}

/** Keeps the names of groups that typeahead showed: the form sends back only their ids. */
export async function rememberGroups(sql: Sql, { person, conversation }: Turn, groups: readonly DirectoryRef[]): Promise<void> {
  if (groups.length === 0) return;
  const known = (await readGroups(sql, person)).filter(({ objectId }) => groups.every((group) => group.objectId !== objectId));
  const content = { groups: [...groups, ...known].slice(0, MOST_GROUPS) };
  await putDraft(sql, { draftId: offeredId(person), person, conversationId: conversation.id, content });
}

export async function readGroups(sql: Sql, person: PersonRef): Promise<DirectoryRef[]> {
  const draft = await findDraft(sql, person, offeredId(person));
  return offered.safeParse(draft?.content).data?.groups ?? [];
}
