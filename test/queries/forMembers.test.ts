import { forMembers } from '../../src/queries/forMembers';
import { adele } from './queryTest';

const found = { apps: [], complete: true };
const nothing = { apps: [], complete: false };

describe('a search for members', () => {
  it('gives a member what it finds, and reads once that they are one', async () => {
    const asked: string[] = [];
    const search = forMembers(
      async ({ objectId }) => {
        asked.push(objectId);
        return false;
      },
      async () => found,
    );
    expect([await search(adele, 'a'), await search(adele, 'b')]).toEqual([found, found]);
    expect(asked).toEqual([adele.objectId]);
  });

  it.each<[string, () => Promise<boolean>]>([
    ['a guest', async () => true],
    ['somebody whose account cannot be read', () => Promise.reject(new Error('away'))],
  ])('gives %s nothing, and asks again the next time', async (_who, isGuest) => {
    let asked = 0;
    const search = forMembers(
      (_person) => {
        asked += 1;
        return isGuest();
      },
      async () => found,
    );
    expect([await search(adele, 'a'), await search(adele, 'b')]).toEqual([nothing, nothing]);
    expect(asked).toBe(2);
  });
});
