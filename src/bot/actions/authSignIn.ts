import { edgeWords } from '../../cards/words/edgeWords';
import type { ActionHandler } from '../answers';

/** The click itself signs in, before this handler is reached. */
export const authSignIn: ActionHandler = async () => ({ kind: 'message', text: edgeWords.signedInShort });
