import { appFormCard } from '../../src/cards/appForm';
import { setupStartCard } from '../../src/cards/setupStart';
import { tokenInTeamsCard } from '../../src/cards/tokenInTeams';
import { unityFormCard } from '../../src/cards/unityForm';
import type { AppChoice } from '../../src/cards/views';
import { appFormView, apps, unityFormView } from '../support/formSamples';
import { buttonsOf, type Part, partsOf, readable } from '../support/readCard';

const inputOf = (card: unknown, id: string): Part | undefined => partsOf(card).find((part) => part.id === id);

describe('the answer to setup', () => {
  it('has a button that opens the dialog, since a bot cannot open one [teams 1.6 task/fetch]', () => {
    const card = setupStartCard({ draftId: 'draft-7', apps });
    expect(card.actions).toMatchObject([
      { type: 'Action.Submit', data: { msteams: { type: 'task/fetch' }, verb: 'setup.open', draftId: 'draft-7' } },
    ]);
  });

  it('lists the apps found, and why one cannot be used', () => {
    const text = readable(setupStartCard({ draftId: 'd', apps }));
    expect(text).toContain('**Unity Cloud**\nPeople sign in to Unity with it');
    expect(text).toContain('**Unity Build Reports**\nCannot be used: a plain app registration');
  });

  it('says so when nothing was found or several fit', () => {
    expect(readable(setupStartCard({ draftId: 'd', apps: [] }))).toContain('No app in Entra looks like Unity’s.');
    expect(readable(setupStartCard({ draftId: 'd', apps: twice(apps[0]!) }))).toContain('Several apps look right');
  });
});

describe('dialog 1', () => {
  it('chooses the only app that fits, and none among several', () => {
    expect(inputOf(appFormCard(appFormView()), 'servicePrincipalId')).toMatchObject({ value: apps[0]?.servicePrincipalId });
    const several = appFormCard({ ...appFormView(), apps: twice(apps[0]!) });
    expect(inputOf(several, 'servicePrincipalId')?.value).toBeUndefined();
  });

  it('finds other apps while typing, through the bot [teams 4 typeahead]', () => {
    expect(inputOf(appFormCard(appFormView()), 'servicePrincipalId')).toMatchObject({
      style: 'filtered',
      'choices.data': { type: 'Data.Query', dataset: 'apps' },
    });
  });

  it('on a card in the chat has a plain list, for clients without typeahead', () => {
    const card = appFormCard({ ...appFormView(), place: 'chat' });
    expect(inputOf(card, 'servicePrincipalId')).toMatchObject({ style: 'compact', value: apps[0]?.servicePrincipalId });
    expect(inputOf(card, 'servicePrincipalId')).not.toHaveProperty(['choices.data']);
    const nothingFound = appFormCard({ ...appFormView(), apps: [], place: 'chat' });
    expect(inputOf(nothingFound, 'servicePrincipalId')).toMatchObject({ 'choices.data': { dataset: 'apps' } });
  });

  it('offers only usable apps and explains the others', () => {
    const card = appFormCard(appFormView());
    expect(inputOf(card, 'servicePrincipalId')?.choices).toEqual([{ title: 'Unity Cloud', value: apps[0]?.servicePrincipalId }]);
    expect(readable(card)).toContain('Unity Build Reports: a plain app registration');
  });

  it('keeps what was typed and puts each problem under its field', () => {
    const card = appFormCard(appFormView('problems'));
    expect(inputOf(card, 'organization')).toMatchObject({ value: 'https://cloud.unity.com/home/organizations/default/settings' });
    expect(inputOf(card, 'scimIsEnabled')).toMatchObject({ value: 'false', valueOn: 'true', valueOff: 'false' });
    expect(inputOf(card, 'ssoIsConfigured')).toMatchObject({ value: 'true' });
    expect(readable(card)).toMatch(/Unity organization\nNumber or link\n“default” means whatever/);
    const problems = partsOf(card).filter(({ color }) => color === 'Attention');
    expect(problems).toHaveLength(4);
  });

  it('sends everything with one verb', () => {
    expect(buttonsOf(appFormCard(appFormView()))).toEqual(['setup.submitApp']);
    expect(appFormCard(appFormView()).actions).toMatchObject([{ type: 'Action.Submit', data: { draftId: 'draft-1' } }]);
  });
});

describe('in place of dialog 2 on a card in the chat', () => {
  it('a button opens it in Teams, and nothing asks for the token', () => {
    const card = tokenInTeamsCard({ draftId: 'draft-1', organizationId: '20000000000001' });
    expect(partsOf(card).filter(({ type }) => type?.startsWith('Input.'))).toEqual([]);
    expect(card.actions).toMatchObject([
      { type: 'Action.Submit', data: { msteams: { type: 'task/fetch' }, verb: 'setup.openToken', draftId: 'draft-1' } },
      { type: 'Action.Execute', verb: 'setup.back' },
    ]);
  });
});

describe('dialog 2', () => {
  it('guides through the clicks in the words of the dashboard and links to the organization [unity 3.1 clicks]', () => {
    const card = unityFormCard(unityFormView());
    const text = readable(card);
    for (const label of [
      'Administration › Service accounts',
      'Manage organization roles',
      'SCIM Authenticator',
      'Add bearer token',
    ]) {
      expect(text).toContain(`**${label}**`);
    }
    expect(partsOf(card).find(({ type }) => type === 'Action.OpenUrl')).toMatchObject({
      url: 'https://cloud.unity.com/home/organizations/1234567890123/settings',
    });
  });

  it('tells a Manager that making the service account may take an Owner [unity 2 P4]', () => {
    expect(readable(unityFormCard(unityFormView()))).toMatch(/does not let a Manager do that, ask an Owner/);
  });

  it('takes the token in a masked field and says which way it goes [teams 4 masked]', () => {
    const card = unityFormCard(unityFormView());
    expect(inputOf(card, 'scimToken')).toMatchObject({ type: 'Input.Text', style: 'Password', isRequired: true });
    expect(readable(card)).toContain('passes through Teams and Microsoft’s Bot Service');
  });

  it('asks for nothing again when a token is kept, and never shows it', () => {
    const card = unityFormCard(unityFormView('problems'));
    expect(inputOf(card, 'scimToken')).toMatchObject({ isRequired: false });
    expect(inputOf(card, 'scimToken')?.value).toBeUndefined();
    expect(readable(card)).toContain('Token kept. Leave this empty, or paste again to replace it.');
    expect(readable(card)).toContain('is not Unity Cloud');
  });

  it('goes back without filling anything in', () => {
    expect(buttonsOf(unityFormCard(unityFormView()))).toEqual(['setup.submitToken', 'setup.back']);
    expect((unityFormCard(unityFormView()).actions as Part[])[1]).toMatchObject({ associatedInputs: 'none' });
  });
});

function twice(app: AppChoice): AppChoice[] {
  return [app, { ...app, servicePrincipalId: 'another', displayName: 'Unity Cloud (old)' }];
}
