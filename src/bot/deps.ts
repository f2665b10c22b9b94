import type { SignIn } from '../auth/signIn';
import type { DelegatedTokens } from '../auth/types';
import type { AppChoice, ConnectionStatus } from '../cards/views';
import type { Settings } from '../config';
import type { Logger } from '../log';
import type { MessageContent, Messenger } from '../notify/messenger';
import type { Connection } from '../provisioning/connections';
import type { PersonRef } from '../provisioning/people';
import type { DirectoryRef } from '../provisioning/policy';
import type { Rights } from '../queries/probeRights';
import type { WatchSummary } from '../queries/readStatus';
import type { AppSearch } from '../queries/searchApps';
import type { AuditLog } from '../store/audit';
import type { Secrets } from '../store/secrets';
import type { Store } from '../store/sql';
import type { UnityAdministration } from '../unity/types';
import type { RequestCommands } from '../workflows/requests/requestCommands';
import type { RunCommands } from '../workflows/runCommands';

/** Bounded reads for a turn; `src/queries` makes them. */
export interface BotQueries {
  /** Read from the directory with the person's own token. */
  isGuest(person: PersonRef): Promise<boolean>;
  findSetupApps(person: PersonRef): Promise<AppChoice[]>;
  emailDomains(person: PersonRef): Promise<string[]>;
  searchApps(person: PersonRef, typed: string): Promise<AppSearch>;
  searchGroups(person: PersonRef, typed: string): Promise<DirectoryRef[]>;
  /** Whether the person may work on the provisioning of an app now. */
  probeRights(person: PersonRef, servicePrincipalId: string): Promise<Rights>;
  readStatus(
    person: PersonRef,
    of: { connections: readonly Connection[]; watches: readonly WatchSummary[] },
  ): Promise<ConnectionStatus[]>;
}

/** Wants a message in a conversation: a row that is sent at least once. Resolves after the commit. */
type Post = (to: { tenantId: string; conversationId: string }, content: MessageContent) => Promise<void>;

/** Posts the live message with this tag anew, below everything else; it goes on being edited there. */
type PostAgain = (to: { tenantId: string; conversationId: string }, tag: string) => Promise<void>;

/** What the Teams edge is made of; `app.ts` builds it once. */
export interface BotDeps {
  settings: Settings;
  log: Logger;
  store: Store;
  secrets: Secrets;
  runs: RunCommands;
  requests: RequestCommands;
  audit: Pick<AuditLog, 'list' | 'firstBadRow'>;
  queries: BotQueries;
  tokens: DelegatedTokens;
  signIn: SignIn;
  messenger: Messenger;
  post: Post;
  postAgain: PostAgain;
  /** A message may be due now; returns at once. */
  changed: () => void;
  unity: UnityAdministration;
  /** Who watches each connection of the tenant. */
  listWatches: (tenantId: string) => Promise<WatchSummary[]>;
}
