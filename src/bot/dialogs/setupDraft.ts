import { z } from 'zod';
import type { AppFormValues } from '../../cards/views';
import type { PersonRef } from '../../provisioning/people';
import { forEachStatement } from '../../provisioning/setup';
import { findDraft, putDraft } from '../../store/drafts';
import type { Sql } from '../../store/sql';

const appChoice = z.object({
  servicePrincipalId: z.string(),
  displayName: z.string(),
  appId: z.string(),
  usable: z.boolean(),
  why: z.enum(['not_provisionable', 'is_the_bot', 'disabled']).nullable(),
  isUnity: z.boolean(),
});

const values = z.object({
  organization: z.string(),
  servicePrincipalId: z.string(),
  domains: z.string(),
  ...forEachStatement(() => z.boolean()),
}) satisfies z.ZodType<AppFormValues>;

/** Where the token lies sealed, and since when. */
const sealedToken = z.object({ secretId: z.string(), at: z.string() });
export type SealedToken = z.infer<typeof sealedToken>;

/** A half-filled setup: candidates found before, what was typed, and what the first form led to. The token is only referred to. */
const setupDraft = z.object({
  apps: z.array(appChoice),
  values: values.partial(),
  accepted: z
    .object({ organizationId: z.string(), scimConnectorUrl: z.string(), domains: z.array(z.string()), statedAt: z.string() })
    .optional(),
  sealed: sealedToken.optional(),
});
export type SetupDraft = z.infer<typeof setupDraft>;

const withDraftId = z.looseObject({ draftId: z.guid() });

export interface FoundDraft {
  draftId: string;
  conversationId: string;
  content: SetupDraft;
}

/** The draft that a form names, if it is this person's and not older than a day. */
export async function readDraft(sql: Sql, person: PersonRef, data: unknown): Promise<FoundDraft | undefined> {
  const named = withDraftId.safeParse(data);
  const draft = named.success ? await findDraft(sql, person, named.data.draftId) : undefined;
  const content = setupDraft.safeParse(draft?.content);
  return draft && content.success
    ? { draftId: draft.draftId, conversationId: draft.conversationId, content: content.data }
    : undefined;
}

export function keepDraft(sql: Sql, person: PersonRef, { draftId, conversationId, content }: FoundDraft): Promise<void> {
  return putDraft(sql, { draftId, person, conversationId, content });
}
