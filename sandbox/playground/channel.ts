import type { SandboxContext } from '../core/context';
import type { TenantUser } from '../core/tenant';
import { botMriOf, conversationIdOf, mriOf } from '../teams/identifiers';

/** Somebody who can speak in the Playground, as Teams names them to this bot. */
interface ChannelPerson {
  objectId: string;
  mri: string;
  displayName: string;
}

/** What the sandbox says about who and where, in place of what the Playground makes up. */
export interface Channel {
  tenantId: string;
  bot: { id: string; name: string };
  /** Whoever uses the page: the first person of the tenant who signs in and has a directory role, or else who signs in. */
  me: ChannelPerson;
  /** Everybody who signs in, `me` among them. */
  people: ChannelPerson[];
  /** Their own chat with the bot, with an id of its own: the sandbox's page has another one. */
  personalChatId: string;
  groupChatId: string;
}

const BOT_NAME = 'Unity Provisioning';

export function channelOf({ tenant, bot }: Pick<SandboxContext, 'tenant' | 'bot'>): Channel {
  const personOf = ({ id, displayName }: TenantUser): ChannelPerson => ({
    objectId: id,
    mri: mriOf(bot.appId, id),
    displayName,
  });
  const signingIn = tenant.users.filter(({ signsIn }) => signsIn);
  const me = signingIn.find(({ directoryRoles }) => directoryRoles.length > 0) ?? signingIn[0];
  if (!me) throw new Error('Nobody in this tenant can sign in.'); // the tenant's own schema refuses such a file
  return {
    tenantId: tenant.tenantId,
    bot: { id: botMriOf(bot.appId), name: BOT_NAME },
    me: personOf(me),
    people: signingIn.map(personOf),
    personalChatId: conversationIdOf.personal(`playground ${bot.appId}`, me.id),
    groupChatId: conversationIdOf.groupChat(`playground ${tenant.tenantId}`),
  };
}
