import { createFreshSignIns } from '../../src/bot/freshSignIns';
import { adele, megan } from './support/botBench';

let time = 0;
const fresh = () => createFreshSignIns(() => time);

describe('asking for a sign-in', () => {
  it('is silent at first, and by the button when the answer was of no use within a minute', () => {
    const signIns = fresh();
    expect(signIns.ask(adele, undefined)).toEqual({ byButton: false });
    signIns.signedIn(adele);
    expect(signIns.ask(adele, undefined)).toEqual({ byButton: true });
    time += 61_000;
    signIns.signedIn(adele);
    expect(signIns.ask(adele, undefined)).toEqual({ byButton: false });
  });

  it('is silent for the first token that dies soon after a sign-in, and by the button for the next', () => {
    const signIns = fresh();
    signIns.ask(adele, undefined);
    signIns.signedIn(adele);
    expect(signIns.ask(adele, 'expired')).toEqual({ byButton: false });
    signIns.signedIn(adele);
    expect(signIns.ask(adele, 'expired')).toEqual({ byButton: true });
  });

  it('is by the button for a challenge, which nothing silent can answer', () => {
    expect(fresh().ask(adele, 'challenge')).toEqual({ byButton: true });
  });

  it('is asked already until it is answered, by this person only, and after a sign-out anew', () => {
    const signIns = fresh();
    signIns.ask(adele, 'expired');
    expect([signIns.isAsked(adele), signIns.isAsked(megan)]).toEqual([true, false]);
    signIns.signedIn(adele);
    expect(signIns.isAsked(adele)).toBe(false);
    signIns.signedOut(adele);
    expect(signIns.ask(adele, 'expired')).toEqual({ byButton: false });
  });
});

it('a sign-in is recent for half a minute, until it had its effect or ended', () => {
  const signIns = fresh();
  signIns.signedIn(adele);
  signIns.signedIn(megan, false);
  expect(signIns.recent()).toEqual([adele]);
  signIns.signedOut(adele);
  expect(signIns.recent()).toEqual([]);
  signIns.signedIn(adele);
  signIns.forget(adele);
  expect(signIns.recent()).toEqual([]);
  signIns.signedIn(adele);
  time += 31_000;
  expect(signIns.recent()).toEqual([]);
});
