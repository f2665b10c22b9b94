import { approvedWaitingCard } from '../../src/cards/approvedWaiting';
import { requestListCard } from '../../src/cards/requestList';
import { requestRunCard } from '../../src/cards/requestRun';
import type { RequestRunView } from '../../src/cards/requestViews';
import { approvedWaitingViews, requestListViews } from '../support/policySamples';
import { buttonsOf, partsOf, readable } from '../support/readCard';
import { requestRunViews } from '../support/requestSamples';

const draw = (name: string, change: Partial<RequestRunView> = {}) => requestRunCard({ ...requestRunViews[name]!, ...change });

describe('the card of somebody who asks', () => {
  it('says that nobody is asked while it is being prepared', () => {
    expect(readable(draw('preparing'))).toContain('Nobody is asked before that.');
    expect(buttonsOf(draw('preparing'))).toEqual([]);
  });

  it('waits for a sign-in that only reads', () => {
    expect(buttonsOf(draw('sign-in'))).toEqual(['auth.signIn', 'run.cancel']);
    expect(readable(draw('sign-in'))).toContain('read these people with your rights');
  });

  it('says why nobody was asked: no policy, and who writes one', () => {
    const card = draw('no-policy');
    expect(readable(card)).toContain('so nobody can ask.\nAn administrator of the app writes them with **settings**.');
    expect(buttonsOf(card)).toEqual(['run.retry', 'request.administer', 'run.cancel']);
    expect(readable(card)).not.toContain('Not reached');
  });

  it('opens the form where only the reason is missing [teams 1.6 task/fetch]', () => {
    const [first] = draw('reason-missing').actions as { data: unknown }[];
    expect(first?.data).toMatchObject({ msteams: { type: 'task/fetch' }, verb: 'request.open' });
  });

  it('says what makes it undecidable', () => {
    expect(readable(draw('nobody-can-decide'))).toContain('who may not approve this themselves');
  });

  it('gives everybody who cannot be done the reason', () => {
    const text = readable(draw('nothing'));
    expect(text).toContain('A guest of your company.');
    expect(text).toContain('Nobody in Entra fits “alcie@contoso.com”.');
    expect(buttonsOf(draw('nothing'))).not.toContain('request.administer');
  });

  it('becomes the request itself, with those who are not part of it below', () => {
    const text = readable(draw('asked'));
    expect(text).toMatch(/^Request 42\n/);
    expect(text).toMatch(/Not part of this request\n–\n\*\*Pat Quinn \(Partner\)\*\*/);
    expect(text).toContain('Ask again with the address. Among them: emma@contoso.com, henry@contoso.com.');
    expect(text.match(/\*\*Alice Nowak\*\*/g)).toHaveLength(1);
    expect(buttonsOf(draw('asked'))).toEqual(['request.withdraw', 'request.administer']);
  });

  it('says how it ended when nobody went on', () => {
    expect(readable(draw('expired'))).toContain('Ask again if it is still wanted.');
    expect(buttonsOf(draw('expired'))).toEqual([]);
  });

  it('says which call failed, and offers to try again', () => {
    const card = draw('no-policy', {
      failure: { step: 'seeRequest', code: 'graph_unreachable', facts: { operation: 'read people' } },
    });
    expect(readable(card)).toContain('Microsoft Graph gave no usable answer to “read people”.');
    expect(buttonsOf(card)).toContain('run.retry');
  });
});

describe('the list of requests', () => {
  it('shows each with its number, people, asker and state', () => {
    const text = readable(requestListCard(requestListViews.several!));
    expect(text).toContain('**44** · Alice Nowak\nasked by Megan Bowen · until {{DATE(2026-01-05T18:00:00Z,SHORT)}}');
    expect(text).toContain('**Waits for your decision**');
    expect(text).toContain('**43** · Bruno Keller and 2 more\nasked by you');
    expect(text).toContain('Partly done');
  });

  it('opens those that are not closed', () => {
    const shown = partsOf(requestListCard(requestListViews.several!)).filter(({ verb }) => verb === 'request.view');
    expect(shown.map(({ title }) => title)).toEqual(['Show request 44', 'Show request 43', 'Show request 41']);
  });

  it('says so when there is none', () => {
    expect(readable(requestListCard({ requests: [] }))).toBe('Requests\nThere is no request of yours, and none waits for you.');
  });
});

describe('what the rules approved', () => {
  it('waits in one card with one button that runs just what it shows', () => {
    const card = approvedWaitingCard(approvedWaitingViews.three!);
    expect(readable(card)).toMatch(/^Run 3 approved requests\n/);
    const { requests, connectionId } = approvedWaitingViews.three!;
    expect(card.actions).toMatchObject([
      { verb: 'request.runAll', data: { connectionId, requestIds: requests.map(({ requestId }) => requestId).join(',') } },
    ]);
  });

  it('says when nothing waits any more, without a button', () => {
    const card = approvedWaitingCard(approvedWaitingViews.none!);
    expect(readable(card)).toContain('Nothing waits any more');
    expect(buttonsOf(card)).toEqual([]);
  });

  it('speaks of one request in the singular', () => {
    const { requests, ...where } = approvedWaitingViews.three!;
    expect(readable(approvedWaitingCard({ ...where, requests: requests.slice(0, 1) }))).toMatch(
      /^Run an approved request\n[\s\S]*Run it$/,
    );
  });
});
