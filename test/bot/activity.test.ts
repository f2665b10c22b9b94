import type { Activity } from 'botbuilder';
import { readKind, readSpeaker, readSubmit, readText } from '../../src/bot/activity';
import { TENANT_ID } from './support/settings';

const BOT = '28:bot';
const mention = (text: string, id = BOT) => ({ type: 'mention', mentioned: { id, name: 'x' }, text });
const activity = (more: object) =>
  ({
    type: 'message',
    from: { id: '29:adele', name: 'Adele', aadObjectId: 'AAAAAAAA-0000-4000-8000-000000000001' },
    recipient: { id: BOT },
    conversation: { id: 'a:1', conversationType: 'personal', tenantId: TENANT_ID },
    channelData: { tenant: { id: TENANT_ID } },
    ...more,
  }) as unknown as Activity;
const textOf = (text: string, entities: object[] = []) => readText(activity({ text, entities }));

describe('the text of a message [teams 8.5 mention]', () => {
  it.each<[string, string, object[], string]>([
    ['no mention', 'provision alice@contoso.com', [], 'provision alice@contoso.com'],
    ['a mention in front', '<at>Bot</at> help', [mention('<at>Bot</at>')], 'help'],
    ['a mention and &nbsp;', '<at>Bot</at>&nbsp;help', [mention('<at>Bot</at>')], 'help'],
    ['a mention and a hard space', '<at>Bot</at>\u00a0\u00a0help', [mention('<at>Bot</at>')], 'help'],
    ['two mentions', '<at>Bot</at> help <at>Bot</at>', [mention('<at>Bot</at>'), mention('<at>Bot</at>')], 'help'],
    ['a name cut in two', '<at>Prov</at> <at>Bot</at> help', [mention('<at>Prov</at>'), mention('<at>Bot</at>')], 'help'],
    [
      'somebody else',
      '<at>Bot</at> provision <at>Alice</at>',
      [mention('<at>Bot</at>'), mention('<at>Alice</at>', '29:alice')],
      'provision <at>Alice</at>',
    ],
    ['new lines', 'provision a@x.de\r\n  b@x.de', [], 'provision a@x.de\nb@x.de'],
    [
      'entities of unknown kinds',
      '<at>Bot</at> help',
      [{ type: 'quotedReply', text: 'help' }, { type: 'mention', mentioned: null }, mention('<at>Bot</at>')],
      'help',
    ],
    [
      'entities without text',
      'help',
      [{ type: 'mention', mentioned: { id: BOT } }, { type: 'clientInfo' }, { type: 'new' }],
      'help',
    ],
    ['nothing', '', [], ''],
  ])('with %s', (_what, text, entities, expected) => {
    expect(textOf(text, entities)).toBe(expected);
  });
});

describe('the speaker', () => {
  it('is the person of the signed activity, ids in lower case [teams 1.2 ids]', () => {
    expect(readSpeaker(activity({}), TENANT_ID)).toEqual({
      tenantId: TENANT_ID,
      objectId: 'aaaaaaaa-0000-4000-8000-000000000001',
      mri: '29:adele',
      displayName: 'Adele',
    });
  });
  it.each([
    ['no tenant at all', { conversation: { id: 'a:1' }, channelData: {} }],
    ['another tenant', { channelData: { tenant: { id: 'other' } } }],
    ['an object id that is none', { from: { id: '29:x', aadObjectId: 'x' } }],
    ['no object id', { from: { id: '29:x' } }],
  ])('is nobody with %s', (_what, more) => {
    expect(readSpeaker(activity(more), TENANT_ID)).toBeUndefined();
  });
  it('needs only one place that names the tenant [teams 1.2 tenant]', () => {
    expect(readSpeaker(activity({ channelData: null }), TENANT_ID)).toBeDefined();
    expect(readSpeaker(activity({ conversation: { id: 'a:1' } }), TENANT_ID)).toBeDefined();
  });
});

it.each([
  [{ conversationType: 'personal' }, 'personal'],
  [{ conversationType: 'groupChat', isGroup: true }, 'groupChat'],
  [{ conversationType: 'channel', isGroup: true }, 'channel'],
  [{}, 'personal'],
  [{ isGroup: true }, 'groupChat'],
])('a conversation with %j is %s', (conversation, kind) => {
  expect(readKind(activity({ conversation: { id: 'x', ...conversation } }))).toBe(kind);
});

it('a submit is a message without text whose value has a verb', () => {
  expect(readSubmit(activity({ value: { verb: 'run.cancel', runId: 'r' } }))).toMatchObject({ verb: 'run.cancel' });
  expect(readSubmit(activity({ text: 'help', value: { verb: 'run.cancel' } }))).toBeUndefined();
  expect(readSubmit(activity({ value: { verb: 7 } }))).toBeUndefined();
  expect(readSubmit(activity({ value: null }))).toBeUndefined();
});
