import type { Card, MessageView } from '../../../sandbox/teams/clientTypes';
import type { BotAnswer, Handler } from './support/fakeBot';
import { ALEX } from './support/fakeServices';
import { cardAttachment, chatOf, sample, shapeOf, startTestTeams, type TestTeams, until } from './support/testTeams';

let answers: Record<string, BotAnswer | ((value: unknown) => BotAnswer)> = {};
const handle: Handler = ({ name = '', value }) => {
  const answer = answers[name];
  return typeof answer === 'function' ? answer(value) : answer;
};
type OAuthAttachment = {
  contentType: string;
  content: { buttons: { value: string }[]; tokenExchangeResource?: { id: string; uri: string } };
};

describe('sign-in', () => {
  let world: TestTeams;
  beforeEach(async () => {
    answers = {};
    world = await startTestTeams({ handle });
  });
  afterEach(() => world.stop());

  /** The OAuth card of the contract with a link of this token service. */
  const oauthCard = async (change: (content: OAuthAttachment['content']) => void = () => undefined, userId = '29:x') => {
    const state = { connectionName: 'entra', conversation: { user: { id: userId } } };
    const encoded = encodeURIComponent(Buffer.from(JSON.stringify(state)).toString('base64'));
    const { body } = await world.asBot('GET', `/token-service/api/botsignin/GetSignInResource?state=${encoded}`);
    const attachment = sample<OAuthAttachment>('oauthCard');
    for (const button of attachment.content.buttons) button.value = body.signInLink;
    change(attachment.content);
    return attachment;
  };
  const installed = async (scope: 'personal' | 'groupChat' | 'channel' = 'personal') => {
    const client = await world.client();
    const chat = chatOf(client, scope);
    await client.install(chat);
    return { client, chat };
  };
  const hasSignIn = (hidden: boolean) => (message: MessageView) => message.signIn?.hidden === hidden;

  it('is silent: the client exchanges its token and hides the card [teams 2.1 silent]', async () => {
    answers = { 'signin/tokenExchange': {} };
    const { client, chat } = await installed();
    await world.post(chat, { attachments: [await oauthCard()] });
    const [invoke] = await world.bot.received('invoke');
    expect(shapeOf(invoke?.value)).toEqual(shapeOf(sample('tokenExchange')));
    expect(invoke).toMatchObject({ value: { ...sample('tokenExchange'), token: `sso:${client.me.objectId}` } });
    await until('the answer is noted', () => client.messages(chat)[0]?.signIn?.hidden === true);
    const again = await world.client();
    expect(again.messages(chat)[0]?.signIn?.hidden).toBe(true);
    expect(world.bot.invokes('signin/tokenExchange')).toHaveLength(1);
  });

  it('comes from every device at once, with one id [teams 2.1 devices]', async () => {
    world.context.switches.devices = 3;
    let first = true;
    answers = {
      'signin/tokenExchange': () => {
        const answer = first ? { status: 412, body: sample('tokenExchangeRefused') } : {};
        first = false;
        return answer;
      },
    };
    const { client, chat } = await installed();
    await world.post(chat, { attachments: [await oauthCard()] });
    const invokes = await world.bot.received('invoke', 3);
    expect(new Set(invokes.map(({ id }) => id)).size).toBe(3);
    expect(new Set(invokes.map(({ value }) => (value as { id: string }).id)).size).toBe(1);
    await client.waitFor(chat, hasSignIn(true));
  });

  it('falls back to the button on 412 [teams 2.2 consent]', async () => {
    answers = { 'signin/tokenExchange': { status: 412, body: sample('tokenExchangeRefused') }, 'signin/verifyState': {} };
    const { client, chat } = await installed();
    await world.post(chat, { attachments: [await oauthCard(undefined, client.me.mri)] });
    const message = await client.waitFor(chat, hasSignIn(false));
    expect(message.signIn).toMatchObject({ text: 'Please sign in', link: expect.stringContaining('/token-service/signin?') });
    const { code } = await client.signIn(message);
    const [invoke] = world.bot.invokes('signin/verifyState');
    expect(shapeOf(invoke?.value)).toEqual(shapeOf(sample('verifyState')));
    expect(invoke?.value).toEqual({ state: code });
    await client.waitFor(chat, hasSignIn(true));
  });

  it('can show the six digits, take typed ones, and be cancelled [teams 2.1 cancel]', async () => {
    answers = { 'signin/tokenExchange': { status: 412 }, 'signin/verifyState': { status: 404 } };
    const { client, chat } = await installed();
    await world.post(chat, { attachments: [await oauthCard()] });
    const message = await client.waitFor(chat, hasSignIn(false));
    expect((await client.signIn(message, { codeOnly: true })).code).toMatch(/^\d{6}$/);
    expect(world.bot.invokes('signin/verifyState')).toEqual([]);
    await client.signIn(message, { code: '123456' });
    await client.signIn(message, { cancel: true });
    expect(world.bot.invokes('signin/verifyState').map(({ value }) => value)).toEqual([
      sample('verifyState'),
      sample('verifyStateCancelled'),
    ]);
    expect(client.messages(chat)[0]?.signIn?.hidden).toBe(false);
    expect(client.toasts()).toContainEqual(
      expect.objectContaining({ kind: 'warning', text: 'The bot did not take the code (404).' }),
    );
  });

  it('says why the sign-in page refused', async () => {
    answers = { 'signin/tokenExchange': { status: 412 } };
    const { client, chat } = await installed();
    await world.post(chat, { attachments: [await oauthCard()] });
    const message = await client.waitFor(chat, hasSignIn(false));
    world.context.switches.delegatedTokenError = 50076;
    await expect(client.signIn(message)).rejects.toThrow('AADSTS50076');
  });

  it('reports a resource that is not the app of the manifest [teams 2.3 resourcematchfailed]', async () => {
    const { client, chat } = await installed();
    const attachment = await oauthCard((content) => {
      content.tokenExchangeResource = { id: 'x', uri: 'api://another-app' };
    });
    await world.post(chat, { attachments: [attachment] });
    await client.waitFor(chat, hasSignIn(false));
    expect(shapeOf(world.bot.invokes('signin/failure')[0]?.value)).toEqual(shapeOf(sample('signInFailure')));
    expect(world.bot.invokes('signin/failure')).toMatchObject([{ value: { code: 'resourcematchfailed' } }]);
    expect(world.bot.invokes('signin/tokenExchange')).toEqual([]);
  });

  it('is never silent in a channel [teams 2.3 channel]', async () => {
    const { client, chat } = await installed('channel');
    await world.post(chat, { attachments: [await oauthCard()] });
    await client.waitFor(chat, hasSignIn(false));
    expect(world.bot.invokes('signin/failure')).toMatchObject([{ value: { code: 'resourcematchfailed' } }]);
  });

  it('shows only the button of a card without a resource [teams 2.1 card]', async () => {
    const { client, chat } = await installed('channel');
    const attachment = await oauthCard((content) => {
      delete content.tokenExchangeResource;
    });
    await world.post(chat, { attachments: [attachment] });
    await client.waitFor(chat, hasSignIn(false));
    expect(world.bot.invokes('signin/failure')).toEqual([]);
  });

  it('is each person’s own in a group chat [teams 2.3 group]', async () => {
    answers = {
      'signin/tokenExchange': (value) => ((value as { token: string }).token === `sso:${ALEX}` ? {} : { status: 412 }),
    };
    const { client, chat } = await installed('groupChat');
    const alex = await world.client({ as: ALEX });
    await world.post(chat, { attachments: [await oauthCard()] });
    const exchanges = await world.bot.received('invoke', 2);
    expect(exchanges.map(({ from }) => (from as { aadObjectId: string }).aadObjectId).sort()).toEqual(
      [client.me.objectId, ALEX].sort(),
    );
    await client.waitFor(chat, hasSignIn(false));
    await alex.waitFor(chat, hasSignIn(true));
  });

  describe('of Action.Execute', () => {
    const approve = { type: 'Action.Execute', title: 'Approve', verb: 'approve', data: { requestId: '42' } };
    const card: Card = { type: 'AdaptiveCard', version: '1.4', body: [], actions: [approve] };
    type Value = { authentication?: { token: string }; state?: string };

    const loginRequest = async (userId = '29:x') => {
      const answer = sample<{ value: Record<string, unknown> }>('answerLoginRequest');
      const { buttons } = (await oauthCard(undefined, userId)).content;
      return { ...answer, value: { ...answer.value, buttons } };
    };
    const withCard = async () => {
      const { client, chat } = await installed();
      await world.post(chat, { attachments: [cardAttachment(card)] });
      return { client, chat, message: await client.waitFor(chat, ({ cards }) => cards.length > 0) };
    };

    it('sends the action again with a silent token [teams 1.6 loginRequest]', async () => {
      const login = await loginRequest();
      answers = {
        'adaptiveCard/action': (value) => ({ body: (value as Value).authentication ? sample('answerMessage') : login }),
      };
      const { client, message } = await withCard();
      expect(await client.act(message, approve)).toEqual({ kind: 'message', text: 'Saved' });
      const [first, second] = world.bot.invokes('adaptiveCard/action').map(({ value }) => value as Value);
      expect(first).not.toHaveProperty('authentication');
      expect(second).toEqual({
        ...first,
        authentication: {
          id: sample('tokenExchange').id,
          connectionName: 'entra',
          token: `sso:${client.me.objectId}`,
        },
      });
    });

    it('falls back to the button when the token is refused, and goes on with the digits [teams 1.6 loginRequest]', async () => {
      const { client, message, chat } = await withCard();
      const login = await loginRequest(client.me.mri);
      answers = {
        'adaptiveCard/action': (value) => {
          const { authentication, state } = value as Value;
          if (state) return { body: sample('answerCard') };
          return { body: authentication ? sample('answerPreconditionFailed') : login };
        },
      };
      expect(await client.act(message, approve)).toEqual({ kind: 'error', code: 'signInRequired', text: 'Sign in' });
      const waiting = await client.waitFor(chat, hasSignIn(false));
      const { code } = await client.signIn(waiting);
      expect(world.bot.invokes('adaptiveCard/action').pop()).toMatchObject({
        value: { state: code, action: { verb: 'approve' } },
      });
      expect(client.messages(chat)[0]).toMatchObject({ personal: true, cards: [sample('answerCard').value] });
      expect(client.messages(chat)[0]?.signIn).toBeUndefined();
    });

    it('forgets the action when the person cancels', async () => {
      const { client, message, chat } = await withCard();
      const login = await loginRequest();
      answers = {
        'adaptiveCard/action': (value) => ({
          body: (value as Value).authentication ? sample('answerPreconditionFailed') : login,
        }),
      };
      await client.act(message, approve);
      await client.signIn(await client.waitFor(chat, hasSignIn(false)), { cancel: true });
      expect(client.messages(chat)[0]?.signIn).toBeUndefined();
      expect(world.bot.invokes('signin/verifyState')).toEqual([]);
    });
  });
});
