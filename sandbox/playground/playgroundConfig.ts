import type { TenantData, TenantUser } from '../core/tenant';
import type { Channel } from './channel';

/** What the Playground knows of a person. Its people picker submits `id`, so this is what Teams' own submits: the object id. */
interface PlaygroundUser {
  id: string;
  name: string;
  /** Its own spelling. */
  userPrincipleName: string;
  aadObjectId: string;
  givenName: string;
  surname: string;
  email: string;
}

/** It takes exactly so many people beside the one who uses it. */
const OTHERS = 5;

/** Its configuration file (version 0.1.1), so that its page shows the sandbox's tenant: the person, the bot, the chats. */
export function playgroundConfig({ me, bot, personalChatId, groupChatId, tenantId }: Channel, tenant: TenantData): object {
  const mine = tenant.users.find(({ id }) => id === me.objectId);
  const others = tenant.users.filter((user) => user !== mine).slice(0, OTHERS);
  while (others.length < OTHERS) others.push(nobody(others.length + 1, tenant.domain));
  return {
    version: '0.1.1',
    tenantId,
    bot,
    currentUser: mine && userOf(mine),
    users: others.map(userOf),
    personalChat: { id: personalChatId },
    groupChat: { id: groupChatId, name: 'Unity rollout' },
    team: { id: `${groupChatId}.team`, name: `${tenant.name} IT`, aadGroupId: tenantId, channels: [] },
  };
}

function userOf({ id, displayName, userPrincipalName, givenName, surname, mail }: TenantUser): PlaygroundUser {
  return {
    id,
    name: displayName,
    userPrincipleName: userPrincipalName,
    aadObjectId: id,
    givenName: givenName ?? displayName,
    surname: surname ?? '',
    email: mail ?? userPrincipalName,
  };
}

/** A small tenant has not enough people. */
function nobody(number: number, domain: string): TenantUser {
  const name = `Nobody ${number}`;
  return {
    id: `00000000-0000-4000-8000-00000000000${number}`,
    userPrincipalName: `nobody${number}@${domain}`,
    displayName: name,
    givenName: null,
    surname: null,
    mail: null,
    otherMails: [],
    proxyAddresses: [],
    accountEnabled: false,
    userType: 'Member',
    jobTitle: null,
    directoryRoles: [],
    signsIn: false,
  };
}
