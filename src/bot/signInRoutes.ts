import type { Application, TurnState } from '@microsoft/teams-ai';
import type { InvokeResponse, TurnContext } from 'botbuilder';
import type { SignInAnswer } from '../auth/signIn';
import { edgeWords } from '../cards/words/edgeWords';
import type { BotDeps } from './deps';
import type { SignInFlow } from './signInFlow';
import type { Turn } from './turn';

interface Edge extends Pick<BotDeps, 'signIn' | 'log' | 'post'> {
  signIns: SignInFlow;
  later: (what: string, work: () => Promise<unknown>) => void;
  answer: (context: TurnContext, verb: string, work: (turn: Turn) => Promise<InvokeResponse>) => Promise<unknown>;
}

/** The invokes of a sign-in. Each is answered first; what waited for the sign-in goes on afterwards, by itself. */
export function createSignInRoutes(app: Application<TurnState>, edge: Edge): void {
  const { signIn, signIns, later, answer, log, post } = edge;

  const route = (name: string, work: (turn: Turn, value: unknown) => Promise<SignInAnswer>) =>
    app.addRoute(
      async ({ activity }) => activity.type === 'invoke' && activity.name === name,
      async (context) => {
        const { value } = context.activity;
        await answer(context, '', async (turn) => {
          const signedIn = await work(turn, value);
          follow(turn, signedIn);
          return signedIn.response;
        });
      },
      true,
    );

  function follow({ person, conversation }: Turn, signedIn: SignInAnswer): void {
    if (signedIn.outcome === 'told') return;
    later('What follows a sign-in could not be done', async () => {
      if (signedIn.outcome === 'refused') await signIns.refused(person, conversation.id, signedIn.because, signedIn.key);
      else if (signedIn.outcome === 'cancelled') await signIns.cancelled(person, conversation.id);
      // Each device exchanges. Whoever comes second finds nothing that waits, unless the first one's process died.
      else if (signedIn.outcome === 'repeated') await signIns.goOn(person, conversation.id, signedIn.access);
      else if (signedIn.outcome === 'signedIn') await signIns.signedIn(person, conversation.id, signedIn.access);
    });
  }

  route('signin/tokenExchange', ({ person, conversation }, value) => signIn.exchange(person, conversation.id, value));
  route('signin/verifyState', ({ person }, value) => signIn.verifyState(person, value));
  route('signin/failure', async ({ person, conversation }, value) => {
    const reported = (value as { code?: unknown } | null)?.code;
    const code = typeof reported === 'string' && /^[a-z]{1,40}$/i.test(reported) ? reported.toLowerCase() : 'unknown';
    log.warn({ code, objectId: person.objectId }, 'Teams reports that a sign-in failed');
    later('A failed sign-in could not be told', () =>
      post({ tenantId: person.tenantId, conversationId: conversation.id }, { text: edgeWords.signInFailed(code) }),
    );
    return { outcome: 'told', response: { status: 200 } };
  });
}
