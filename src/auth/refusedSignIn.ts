/**
 * Why Entra refused the silent exchange, as far as a person can do something about it.
 * `consent`: the client asks for it by itself, or shows its button; also where nothing is known.
 * `challenge`: another proof is wanted, which only the sign-in page can take. `blocked`: no proof helps. `account`: disabled or unknown.
 * `configuration`: whoever runs the bot must act. `again`: what Teams gave was stale. `busy`: it may pass.
 */
type RefusedSignIn = 'consent' | 'challenge' | 'blocked' | 'account' | 'configuration' | 'again' | 'busy';

/** What a refusal says; the AADSTS code is for the words only, and null where the token service named none. */
export interface Refused {
  why: RefusedSignIn;
  code: number | null;
}

const CODES: Record<Exclude<RefusedSignIn, 'consent'>, readonly number[]> = {
  challenge: [50072, 50074, 50076, 50078, 50079, 50158, 70043],
  blocked: [53000, 53001, 53002, 53003, 53004, 530032, 530034, 530035],
  account: [50034, 50053, 50055, 50057, 50105],
  configuration: [500011, 500131, 650057, 70002, 700016, 700027, 7000215, 7000222, 90002],
  again: [50013, 50173, 500133, 70000, 70008, 700082],
  busy: [50033, 50196, 90006, 90012, 90033],
};

/** @param text - what the token service said; Entra's own sentence with its AADSTS code may stand in it */
export function readRefusal(text: string): Refused {
  const found = /AADSTS(\d{5,7})/.exec(text)?.[1];
  const code = found === undefined ? null : Number(found);
  const kinds = Object.keys(CODES) as (keyof typeof CODES)[];
  return { why: kinds.find((kind) => code !== null && CODES[kind].includes(code)) ?? 'consent', code };
}
